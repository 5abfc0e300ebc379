import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { errorCode, fileProblem, StartError } from "./start-error.ts";
import type { WantedPort } from "./ports.ts";

type Environment = Record<string, string | undefined>;

const secretsSchema = z.object({
  SHOPIFY_API_KEY: z.string().min(1),
  SHOPIFY_API_SECRET: z.string().min(1),
  CONVERGE_ENCRYPTION_KEY: z.string().min(1),
});
type Secrets = z.infer<typeof secretsSchema>;

const portVariables = {
  PORT: { port: 3000, purpose: "Converge" },
  TWIN_PORT: { port: 4000, purpose: "the Shopify twin" },
  DEMO_WAREHOUSE_PORT: { port: 4101, purpose: "the demo warehouse" },
  DEMO_ERP_PORT: { port: 4102, purpose: "the demo ERP" },
};
type PortVariable = keyof typeof portVariables;

/** A demo system: a name for people, what it is, and its address. */
export interface DemoSystem {
  name: string;
  kind: "wms" | "erp";
  url: string;
  port: number;
}

/** Everything `npm start` needs to know. */
export interface DemoSettings {
  ports: WantedPort[];
  appUrl: string;
  twinUrl: string;
  systems: [warehouse: DemoSystem, erp: DemoSystem];
  /** The environment of every process of the demo. */
  env: Environment;
}

/**
 * The settings of the demo: ports from the environment, and secrets that are made up once and kept
 * in `demo.json` (mode 600) below `folder`, unless the environment gives them.
 * @throws StartError naming a wrong variable or an unreadable file.
 */
export async function loadDemoSettings(env: Environment, folder: string): Promise<DemoSettings> {
  const ports = Object.fromEntries(
    Object.entries(portVariables).map(([name, { port }]) => [name, readPort(env, name, port)]),
  ) as Record<PortVariable, number>;
  const local = (port: number) => `http://127.0.0.1:${port}`;
  const secrets = await loadDemoSecrets(folder);
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const appUrl = local(ports.PORT);
  const twinUrl = local(ports.TWIN_PORT);
  return {
    ports: Object.entries(portVariables).map(([variable, { purpose }]) => ({
      variable,
      purpose,
      port: ports[variable as PortVariable],
    })),
    appUrl,
    twinUrl,
    systems: [
      demoSystem("Warehouse", "wms", ports.DEMO_WAREHOUSE_PORT),
      demoSystem("ERP", "erp", ports.DEMO_ERP_PORT),
    ],
    env: {
      ...secrets,
      ...given,
      NODE_ENV: "production",
      PORT: String(ports.PORT),
      SHOPIFY_APP_URL: appUrl,
      SHOPIFY_TWIN_URL: twinUrl,
      // The demo systems are on this machine.
      ALLOW_PRIVATE_DESTINATIONS: "true",
    },
  };
}

function demoSystem(name: string, kind: DemoSystem["kind"], port: number): DemoSystem {
  return { name, kind, port, url: `http://127.0.0.1:${port}` };
}

function readPort(env: Environment, variable: string, fallback: number): number {
  const text = env[variable];
  if (text === undefined || text === "") return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new StartError(`${variable} must be a port from 1 to 65535, not "${text}".`);
}

/**
 * Secrets that are made up once and kept in `demo.json` (mode 600) below `folder`.
 * @throws StartError when the file is unreadable or damaged.
 */
export async function loadDemoSecrets(folder: string): Promise<Secrets> {
  const file = path.join(folder, "demo.json");
  try {
    return secretsSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return createSecrets(file);
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      throw new StartError(
        `${file} is damaged: restore it, or delete ${folder} to begin the demo anew (what is stored can only be read with the key in that file).`,
      );
    }
    throw fileProblem(error, file);
  }
}

async function createSecrets(file: string): Promise<Secrets> {
  const secrets = {
    SHOPIFY_API_KEY: randomBytes(16).toString("hex"),
    SHOPIFY_API_SECRET: `shpss_${randomBytes(16).toString("hex")}`,
    CONVERGE_ENCRYPTION_KEY: randomBytes(32).toString("base64"),
  };
  const draft = `${file}.new`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    throw fileProblem(error, file);
  }
  return secrets;
}
