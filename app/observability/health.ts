import type { IncomingMessage, ServerResponse } from "node:http";
import type { Queryable } from "#app/db.server.ts";

/** How the process is, in words a probe and a person understand. */
export interface Readiness {
  readonly ready: boolean;
  readonly cause?: string;
}

/** The names of the migrations that the code has and a database has not. */
type PendingMigrations = (db: Queryable) => Promise<readonly string[]>;

/** Ready means: the database answers within 2 s and every migration of this version is applied. */
export async function checkReadiness(
  db: Queryable,
  pending: PendingMigrations,
): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => {
      resolve({ ready: false, cause: "The database does not answer." });
    }, 2_000);
  });
  try {
    return await Promise.race([timeout, checkMigrations(db, pending)]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ready: false, cause: `The database does not answer: ${message || "no connection"}.` };
  } finally {
    clearTimeout(timer);
  }
}

async function checkMigrations(db: Queryable, pending: PendingMigrations): Promise<Readiness> {
  const { rows } = await db.query<{ migrated: boolean }>(
    `SELECT to_regclass('public.events') IS NOT NULL
        AND to_regclass('pgboss.job') IS NOT NULL AS migrated`,
  );
  const [first] = rows[0]?.migrated ? await pending(db) : ["all of them"];
  return first === undefined
    ? { ready: true }
    : { ready: false, cause: `The database lacks migrations (${first}). Run: npm run migrate` };
}

/** `GET /healthz` (the process lives) and `GET /readyz` (it can work). */
export function healthListener(
  db: Queryable,
  pending: PendingMigrations,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/healthz") {
      answer(response, 200, { status: "ok" });
      return;
    }
    if (path !== "/readyz") {
      answer(response, 404, { error: "not found" });
      return;
    }
    void checkReadiness(db, pending).then((readiness) => {
      answer(response, readiness.ready ? 200 : 503, {
        status: readiness.ready ? "ready" : "not ready",
        ...(readiness.cause === undefined ? {} : { cause: readiness.cause }),
      });
    });
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
