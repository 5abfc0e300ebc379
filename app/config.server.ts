import { z } from "zod";

/**
 * The only reader of the environment. Every variable is named here once, with its default and the
 * sentence a wrong value earns.
 */

/** A wrong or missing environment value: one sentence per variable, shown as it is, exit code 1. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);

const url = (protocols: readonly string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be a URL starting with ${protocols.map((p) => `${p}//`).join(" or ")}`,
  });

const flag = z
  .enum(["true", "false", "1", "0"], { message: "must be true or false" })
  .transform((value) => value === "true" || value === "1");

const encryptionKey = z
  .string()
  .refine((value) => Buffer.from(value, "base64").length === 32, {
    message: "must be 32 bytes in base64; make one with: openssl rand -base64 32",
  })
  .transform((value) => Buffer.from(value, "base64"));

const environment = z.object({
  DATABASE_URL: url(["postgres:", "postgresql:"]).optional(),
  PORT: port(3000),
  SHOPIFY_API_KEY: z.string().min(1),
  SHOPIFY_API_SECRET: z.string().min(1),
  SHOPIFY_API_SECRET_PREVIOUS: z.string().min(1).optional(),
  SHOPIFY_APP_URL: url(["https:", "http:"]),
  SCOPES: z.string().optional(),
  CONVERGE_ENCRYPTION_KEY: encryptionKey,
  METRICS_TOKEN: z.string().min(1).optional(),
  ALLOW_PRIVATE_DESTINATIONS: flag.default(false),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(["https:", "http:"]).optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  SMTP_URL: url(["smtp:", "smtps:"]).optional(),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
  WORKER_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  SHOPIFY_TWIN_URL: url(["http:", "https:"]).optional(),
});

/** Everything a process needs to know about where it runs. */
export interface Config {
  /** Unset: the embedded Postgres under `.converge/`. */
  readonly databaseUrl: string | undefined;
  readonly port: number;
  readonly shopify: {
    readonly apiKey: string;
    readonly apiSecret: string;
    /** Accepted for webhook signatures while a secret is being rotated. */
    readonly apiSecretPrevious: string | undefined;
    readonly appUrl: string;
    readonly scopes: readonly string[] | undefined;
    /** Where requests to `https://{shop}.myshopify.com` go instead; unset in production. */
    readonly twinUrl: string | undefined;
  };
  readonly encryptionKey: Buffer;
  readonly metricsToken: string | undefined;
  readonly allowPrivateDestinations: boolean;
  readonly otlpEndpoint: string | undefined;
  readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  readonly smtpUrl: string | undefined;
  readonly workerConcurrency: number;
  readonly workerPort: number | undefined;
}

/**
 * Reads and validates the environment.
 * @throws {ConfigError} naming every wrong variable and what it should be.
 */
export function loadConfig(env: Environment): Config {
  const e = parse(environment, env);
  return {
    databaseUrl: e.DATABASE_URL,
    port: e.PORT,
    shopify: {
      apiKey: e.SHOPIFY_API_KEY,
      apiSecret: e.SHOPIFY_API_SECRET,
      apiSecretPrevious: e.SHOPIFY_API_SECRET_PREVIOUS,
      appUrl: e.SHOPIFY_APP_URL.replace(/\/+$/, ""),
      scopes: e.SCOPES?.split(",").map((scope) => scope.trim()),
      twinUrl: e.SHOPIFY_TWIN_URL?.replace(/\/+$/, ""),
    },
    encryptionKey: e.CONVERGE_ENCRYPTION_KEY,
    metricsToken: e.METRICS_TOKEN,
    allowPrivateDestinations: e.ALLOW_PRIVATE_DESTINATIONS,
    otlpEndpoint: e.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: e.LOG_LEVEL,
    smtpUrl: e.SMTP_URL,
    workerConcurrency: e.WORKER_CONCURRENCY,
    workerPort: e.WORKER_PORT,
  };
}

/**
 * Where the database is, for what needs nothing else of the environment; unset: the embedded Postgres.
 * @throws {ConfigError}
 */
export function loadDatabaseUrl(env: Environment): string | undefined {
  return parse(environment.pick({ DATABASE_URL: true }), env).DATABASE_URL;
}

type Environment = Readonly<Record<string, string | undefined>>;

function parse<Shape>(shape: z.ZodType<Shape>, env: Environment): Shape {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map((issue) => describe(issue, given)).join("\n"));
}

function describe(issue: z.core.$ZodIssue, given: Record<string, string | undefined>): string {
  const name = String(issue.path[0] ?? "environment");
  if (given[name] === undefined) return `${name} is not set. See .env.example for what it means.`;
  return `${name} has a wrong value: ${issue.message}.`;
}
