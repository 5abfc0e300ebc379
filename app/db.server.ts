import { hash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@prisma/client";
import pg from "pg";

/**
 * The one door to Postgres. Hot statements are plain SQL on the pool, the rest goes through Prisma
 * on that same pool, so both can never disagree about where the data is.
 */

/** Anything that runs a statement: the pool, or one connection inside a transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

/** One connection with an open transaction; rows written through it commit together. */
export type Transaction = Queryable;

/** The database of one process. */
export interface Database extends Queryable {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  readonly url: string;
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. A
   * connection whose rollback fails is thrown away, never handed out again. `last` is for the one
   * statement after which nothing can follow: the commit travels with it, a round trip less.
   */
  transaction<T>(work: (tx: Transaction, last: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Sizes and patience of the pool. Times in milliseconds. */
export interface DatabaseOptions {
  readonly applicationName: string;
  readonly maxConnections?: number;
  /** How long a query may wait for a connection. */
  readonly connectTimeoutMs?: number;
  /** How long one statement may take, enforced by the server and by the client. */
  readonly statementTimeoutMs?: number;
  /**
   * Parse and plan each statement once per connection instead of every time. For a pool that runs
   * a handful of statements all day; each different text stays in the server's memory.
   */
  readonly prepareStatements?: boolean;
  /**
   * Every statement finds a few rows by their keys. Plans go by indexes alone, so that one that is kept
   * (see `prepareStatements`) stays right when a table that was empty yesterday holds a million rows.
   */
  readonly lookupsOnly?: boolean;
}

/**
 * A kept plan of a small table reads all of it; planned each time, this would never be chosen later. What
 * goes by keys needs no plan for each value: left to choose, Postgres planned every claim of due work anew.
 */
const byIndex =
  " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan";

/**
 * A connection that did nothing for so long is closed. By itself that is ten seconds: then the first
 * webhook after every lull waits for a new backend, its password check, its plans and its caches, 75 ms
 * where 5 are usual.
 */
const idleTimeoutMs = 5 * 60_000;

/** Opens a pool (lazily: nothing is connected yet). All sessions speak UTC. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: options.applicationName,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    // The client gives up a little later than the server, so that the server's error wins.
    query_timeout: statementTimeoutMs + 500,
    options: `-c TimeZone=UTC -c statement_timeout=${String(statementTimeoutMs)} -c idle_in_transaction_session_timeout=60000${options.lookupsOnly === true ? byIndex : ""}`,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
    pipeline: true,
    Client: options.prepareStatements === true ? PreparingClient : PipeliningClient,
  });
  // An idle connection that dies is replaced at the next query; without a listener it would end the process.
  pool.on("error", ignored);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    pool,
    prisma,
    url,
    query: (text, values) => pool.query(text, values),
    transaction: (work) => inTransaction(pool, work),
    close: async () => {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}

async function inTransaction<T>(
  pool: pg.Pool,
  work: (tx: Transaction, last: Transaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // A connection that dies fails the next statement; unheard, its event would end the process.
  client.on("error", ignored);
  const last = committing(client);
  let broken: Error | undefined;
  try {
    // Not waited for: it travels with the first statement, which fails with it.
    client.query("BEGIN").catch(ignored);
    const result = await work(client, last);
    await (last.committed() ?? client.query("COMMIT"));
    return result;
  } catch (error) {
    try {
      await client.query("ROLLBACK");
    } catch (rollbackError) {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    }
    throw error;
  } finally {
    client.off("error", ignored);
    client.release(broken);
  }
}

const ignored = () => undefined;

/**
 * Sends COMMIT right behind the first statement, whose failure makes it a rollback
 * (https://www.postgresql.org/docs/current/sql-commit.html); there can be no second one.
 */
function committing(
  client: pg.PoolClient,
): Transaction & { committed(): Promise<unknown> | undefined } {
  let commit: Promise<unknown> | undefined;
  return {
    committed: () => commit,
    query: (text, values) => {
      if (commit) throw new Error("A transaction has one last statement.");
      const answer = client.query(text, values);
      commit = client.query("COMMIT");
      commit.catch(ignored);
      return answer as never;
    },
  };
}

/** One statement that can be planned; several in one text cannot be prepared. */
const oneStatement = /^\s*(select|insert|update|delete|with)\b[^;]*;?\s*$/i;

/** More different texts than these are made of values, and each would stay in the server's memory. */
const mostKept = 500;

/** By text: equal texts share one plan per connection. */
const statementNames = new Map<string, string>();

function statementName(text: string): string | undefined {
  const known = statementNames.get(text);
  if (known !== undefined || statementNames.size >= mostKept || !oneStatement.test(text))
    return known;
  const name = hash("sha256", text).slice(0, 32);
  statementNames.set(text, name);
  return name;
}

/**
 * A connection whose statements do not wait for each other's answers
 * (https://node-postgres.com/features/pipelining), and of which those that are sent at one moment leave
 * in one packet: sending is a fifth of what a busy worker does.
 */
class PipeliningClient extends pg.Client {
  override query(...given: unknown[]): never {
    const { stream } = this.connection;
    stream.cork();
    process.nextTick(() => {
      stream.uncork();
    });
    return (super.query as (...given: unknown[]) => never)(...given);
  }
}

/**
 * A connection that plans each statement once. Whoever sends it does not know: that goes for a
 * library's statements as for ours.
 */
class PreparingClient extends PipeliningClient {
  override query(...given: unknown[]): never {
    const [text, values] = given;
    const name = typeof text === "string" ? statementName(text) : undefined;
    if (name === undefined) return super.query(...given);
    const callback = given.find((argument) => typeof argument === "function");
    return super.query({ name, text, values: Array.isArray(values) ? values : [] }, callback);
  }
}

/** For a pool of a library's own, of pg's kind: what `prepareStatements` and `lookupsOnly` are for one of ours. */
export const keepsPlansByIndex = {
  Client: PreparingClient,
  pipeline: true,
  options: byIndex.trim(),
};

/** The least UUIDv7 of an instant: ids of earlier rows are below it, later ones are not. */
export function firstIdOf(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** When a UUIDv7 was made. */
export function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16));
}

/** The instant, injectable so that tests own the time. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/** The wall clock of this machine. */
export const systemClock: Clock = { now: () => Date.now() };
