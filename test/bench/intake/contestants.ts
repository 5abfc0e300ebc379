import { randomBytes } from "node:crypto";
import { benchSecret } from "./traffic.ts";

/** One way to take webhooks: a server on a port. */
export interface Contestant {
  /** The letter the targets speak of. */
  readonly key: "a" | "b" | "c" | "d";
  readonly name: string;
  readonly entry: string;
  /** Where the server keeps what it acknowledged; `undefined`: it keeps nothing. */
  readonly table: string | undefined;
  env(databaseUrl: string): Readonly<Record<string, string>>;
}

const servers = "test/bench/intake/servers";
const onlyDatabase = (databaseUrl: string) => ({ DATABASE_URL: databaseUrl });

/** In the order of the table. */
export const contestants: readonly Contestant[] = [
  {
    key: "a",
    name: "Converge: its web process",
    entry: "app/server/main.ts",
    table: "events",
    env: (databaseUrl) => ({
      DATABASE_URL: databaseUrl,
      SHOPIFY_API_KEY: "bench",
      SHOPIFY_API_SECRET: benchSecret,
      SHOPIFY_APP_URL: "https://converge.example.com",
      CONVERGE_ENCRYPTION_KEY: randomBytes(32).toString("base64"),
      LOG_LEVEL: "error",
    }),
  },
  {
    key: "b",
    name: "copied snippet: find, insert, process",
    entry: `${servers}/copied-snippet.ts`,
    table: "snippet_webhooks",
    env: onlyDatabase,
  },
  {
    key: "c",
    name: "template way: session, Prisma find, create",
    entry: `${servers}/template-way.ts`,
    table: "template_webhooks",
    env: onlyDatabase,
  },
  {
    key: "d",
    name: "floor: checks the signature, no more",
    entry: `${servers}/floor.ts`,
    table: undefined,
    env: () => ({}),
  },
];
