// How the schema engine reaches Postgres: adapter-pg with its three defects for migrations put right
// (the type "char", the shadow database, scripts cut at every ";").
import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";

/** The internal type "char" (18) of the catalogs is unknown to the adapter: report it as text (25). */
function reportCharAsText(result) {
  for (const field of result?.fields ?? []) {
    if (field.dataTypeID === 18) field.dataTypeID = 25;
  }
  return result;
}

class CatalogClient extends pg.Client {
  query(...args) {
    const callback = args.at(-1);
    if (typeof callback === "function") {
      args[args.length - 1] = (error, result) => callback(error, reportCharAsText(result));
    }
    const answer = super.query(...args);
    return typeof answer?.then === "function" ? answer.then(reportCharAsText) : answer;
  }
}

/**
 * The connection in single fields, never as `connectionString`: pg lets a connection string win over
 * `database`, and the adapter's shadow database, which is dropped after use, would be the real one.
 */
function connectionFields(databaseUrl, database) {
  const url = new URL(databaseUrl);
  const query = Object.fromEntries(url.searchParams);
  const encrypted = query.sslmode && query.sslmode !== "disable";
  return {
    host: query.host ?? decodeURIComponent(url.hostname),
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username) || undefined,
    password: decodeURIComponent(url.password) || undefined,
    database: database ?? databaseName(databaseUrl),
    ssl: encrypted ? { rejectUnauthorized: query.sslmode.startsWith("verify") } : undefined,
    options: query.schema ? `-c search_path=${query.schema}` : undefined,
    Client: CatalogClient,
  };
}

/** The database a connection URL names. */
export function databaseName(databaseUrl) {
  return decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
}

/** Runs one statement (none: only connects) over a connection of its own, on `database` if given. */
export async function runOnce(databaseUrl, sql, database) {
  const client = new pg.Client(connectionFields(databaseUrl, database));
  await client.connect();
  try {
    if (sql) await client.query(sql);
  } finally {
    await client.end();
  }
}

/**
 * Sends a migration as one piece, as the native engine does. The adapter would cut it at every ";",
 * those in comments, strings and function bodies included. In one piece it is also all or nothing.
 */
function withWholeScripts(adapter) {
  adapter.executeScript = async (script) => {
    try {
      await adapter.client.query(script);
    } catch (error) {
      adapter.onError(error);
    }
  };
  return adapter;
}

/** adapter-pg fit for migrating the database at `databaseUrl`. */
export class MigrationAdapter extends PrismaPg {
  constructor(databaseUrl) {
    const schema = new URL(databaseUrl).searchParams.get("schema") ?? undefined;
    super(connectionFields(databaseUrl), { schema });
    this.databaseUrl = databaseUrl;
    this.schema = schema;
  }

  async connect() {
    return withWholeScripts(await super.connect());
  }

  // The adapter's own version drops the database while its pool still holds a connection to it.
  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${randomUUID()}`;
    const quoted = pg.escapeIdentifier(name);
    await runOnce(this.databaseUrl, `CREATE DATABASE ${quoted}`);
    const fields = connectionFields(this.databaseUrl, name);
    const factory = new PrismaPg(fields, { schema: this.schema });
    const shadow = withWholeScripts(await factory.connect());
    const dispose = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await dispose();
      await runOnce(this.databaseUrl, `DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
    };
    return shadow;
  }
}
