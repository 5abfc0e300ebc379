import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { MortalProcess } from "#test/crash/mortal-process.ts";
import type { Rig } from "#test/worker/rig-on.ts";

/** The steps of holds in a running installation, and its death at one of them. */
export interface StepWatch {
  /** Counts from 0 again and has every process killed at the step with this number (from 1 on). */
  arm(step: number): Promise<void>;
  /** Waits until `work` is done; returns whether the step came and everybody was killed. */
  during(work: Promise<unknown>): Promise<boolean>;
}

/** Where the app finds Shopify, so that its writes are steps too. */
export interface WatchedShopify {
  readonly url: string;
  /** Where requests go on to. */
  passTo(twinUrl: string): void;
  /** Called with the request's text before it is carried out, and again before it is answered. */
  onWrite: (text: string) => Promise<void>;
  close(): Promise<void>;
}

/**
 * A commit that moves a hold on is a step, and sleeps right before it when it is the one at which
 * everything dies. A sequence counts across transactions that are never committed.
 */
const stepsInDatabase = `
  CREATE SEQUENCE lab_steps;
  CREATE TABLE lab_target (step int NOT NULL);
  INSERT INTO lab_target VALUES (0);
  CREATE FUNCTION lab_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    IF current_setting('lab.counted', true) IS NOT DISTINCT FROM txid_current()::text
      THEN RETURN NULL; END IF;
    PERFORM set_config('lab.counted', txid_current()::text, true);
    IF nextval('lab_steps') = (SELECT step FROM lab_target) THEN PERFORM pg_sleep(60); END IF;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER lab_step AFTER INSERT OR UPDATE ON holds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lab_step();
  CREATE CONSTRAINT TRIGGER lab_step AFTER UPDATE ON hold_participants
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lab_step();
  CREATE CONSTRAINT TRIGGER lab_step AFTER UPDATE ON pool_levels
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.pending_hold IS DISTINCT FROM NEW.pending_hold) EXECUTE FUNCTION lab_step();`;

/** Makes every commit that moves a hold on, and every move in Shopify, a step to die at. */
export async function watchSteps(
  { db }: Rig,
  processes: readonly MortalProcess[],
  shopify: WatchedShopify,
): Promise<StepWatch> {
  for (const statement of stepsInDatabase.split(/;\s*(?=CREATE |INSERT )/))
    await db.query(statement);
  let target = 0;
  let died = false;
  const die = async () => {
    died = true;
    await Promise.all(processes.map((one) => one.kill()));
    await db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event = 'PgSleep'`,
    );
  };
  const isDue = async () => {
    const { rows } = await db.query<{ due: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event = 'PgSleep') AS due`,
    );
    return rows[0]?.due === true;
  };
  shopify.onWrite = async (text) => {
    if (!text.includes("inventoryMoveQuantities")) return;
    const { rows } = await db.query<{ step: number }>("SELECT nextval('lab_steps')::int AS step");
    if (rows[0]?.step === target && !died) await die();
  };
  return {
    arm: async (step) => {
      target = step;
      died = false;
      await db.query("SELECT setval('lab_steps', 1, false)");
      await db.query("UPDATE lab_target SET step = $1", [step]);
    },
    during: async (work) => {
      let over = false;
      const done = work.finally(() => {
        over = true;
      });
      // Whatever becomes of it is told below.
      done.catch(() => undefined);
      while (!over) {
        if (!died && (await isDue())) await die();
        if (died) {
          await db.query("UPDATE lab_target SET step = 0");
          await Promise.all(processes.map((one) => one.untilReady()));
          break;
        }
        await Promise.race([sleep(10), done]);
      }
      await done;
      return died;
    },
  };
}

/** Stands between the app and a twin, passes everything on, and tells of it. */
export async function watchShopify(): Promise<WatchedShopify> {
  let twinUrl = "";
  const server = createServer((request, response) => {
    pass(twinUrl, watched, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const watched: WatchedShopify = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    passTo: (url) => {
      twinUrl = url;
    },
    onWrite: () => Promise.resolve(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return watched;
}

async function pass(
  twinUrl: string,
  watched: WatchedShopify,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const text = body.toString("utf8");
  await watched.onWrite(text);
  const { host: _host, connection: _connection, ...headers } = request.headers;
  const answer = await fetch(`${twinUrl}${request.url ?? "/"}`, {
    method: request.method ?? "GET",
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, String(value)]),
    ),
    redirect: "manual",
    ...(body.length > 0 && { body }),
  });
  const answered = Buffer.from(await answer.arrayBuffer());
  await watched.onWrite(text);
  const {
    "content-encoding": _encoding,
    "content-length": _length,
    ...kept
  } = Object.fromEntries(answer.headers);
  response.writeHead(answer.status, kept).end(answered);
}
