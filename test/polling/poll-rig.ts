import { randomUUID } from "node:crypto";
import { createIntake } from "#app/intake/index.server.ts";
import { noTracing } from "#app/observability/index.server.ts";
import { readCertificates } from "#app/polling/certificate-store.ts";
import { claimFeed } from "#app/polling/feed-store.ts";
import { keepCadences } from "#app/polling/keep-cadences.ts";
import { type PassDeps, runPass } from "#app/polling/run-pass.ts";
import { settleMissed } from "#app/polling/settle-missed.ts";
import type { Certificate, Feed } from "#app/polling/types.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import { installShop, markLearned } from "#app/shops/index.server.ts";
import { createWorkbench, type Workbench } from "#test/processing/workbench.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import type { Twin, TwinOptions } from "#test/twin/types.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { clientSecret } from "#test/worker/webhooks.ts";
import { graphqlOf, openStore } from "./twin-client.ts";

/** A store of the twin, its webhooks in the test's hands, and passes that run when the test says so. */
export interface PollRig {
  readonly rig: Rig;
  readonly twin: Twin;
  readonly bench: Workbench;
  readonly deps: PassDeps;
  /** Documents that were asked, by name, and what they were asked with. */
  readonly asked: { name: string; variables: Record<string, unknown> }[];
  /** Runs before each question; what it throws is Shopify's failure. */
  beforeAnswer: (name: string, variables: Record<string, unknown>) => void | Promise<void>;
  /** Moves both clocks. */
  sleep(ms: number): void;
  /** How far the app's clock is ahead of Shopify's. */
  skewMs: number;
  /** Brings the store's webhooks in, in order, but those `isLost` names; returns how many were lost. */
  deliver(
    isLost?: (webhook: { headers: Record<string, string>; body: string }) => boolean,
  ): Promise<number>;
  /** Runs a whole pass, and everything that follows from what it found. */
  pass(feed: Feed): Promise<Certificate | undefined>;
  /** What the ledger says, after its time is up. */
  missed(): Promise<Record<string, string[]>>;
  counted(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

const dayMs = 86_400_000;
const tenMs = Date.parse("2026-11-26T10:00:00Z");

async function ledger(rig: Rig): Promise<Record<string, string[]>> {
  const { rows } = await rig.db.query<{ topic: string; state: string }>(
    "SELECT topic, state FROM missed_webhooks ORDER BY topic",
  );
  const states: Record<string, string[]> = {};
  for (const row of rows) states[row.state] = [...(states[row.state] ?? []), row.topic];
  return states;
}

async function counters(rig: Rig): Promise<Record<string, number>> {
  const { rows } = await rig.db.query<{ labels: string; value: string }>(
    "SELECT labels, value FROM counters WHERE name = 'converge_missed_webhooks_total'",
  );
  return Object.fromEntries(
    rows.map((row) => [(JSON.parse(row.labels) as { topic: string }).topic, Number(row.value)]),
  );
}

/** @see PollRig; `skewMs`: how far the app's clock is ahead. */
export async function createPollRig(
  options: Partial<TwinOptions> = {},
  skewMs = 0,
): Promise<PollRig> {
  let shopifyMs = tenMs;
  const { app, twin, client } = await openStore(() => shopifyMs, options);
  const base = await createRig();
  const rig: Rig = { ...base, clock: { now: () => shopifyMs + poll.skewMs } };
  const bench = createWorkbench(rig);
  const secrets = [clientSecret];
  const intake = createIntake({ ...rig, queue: bench.queue, tracing: noTracing, secrets });
  const shopify = {
    graphql: ((...args: Parameters<Shopify["graphql"]>) =>
      graphqlOf(client, poll, () => shopifyMs)(...args)) as Shopify["graphql"],
  };
  const deps: PassDeps = { ...rig, shopify, enqueue: bench.queue.enqueue, random: () => 0 };
  const poll: PollRig = {
    rig,
    twin,
    bench,
    deps,
    asked: [],
    beforeAnswer: () => undefined,
    skewMs,
    sleep: (ms) => {
      shopifyMs += ms;
    },
    deliver: async (isLost = () => false) => {
      await twin.settled(10_000);
      let lost = 0;
      for (const { headers, body } of app.received.splice(0)) {
        if (isLost({ headers, body })) lost += 1;
        else await intake.receive({ headers, body: Buffer.from(body) });
        await bench.run();
      }
      return lost;
    },
    pass: async (feed) => {
      await keepCadences(rig.db);
      // Certificates are sorted by the millisecond their pass began in.
      shopifyMs += 1;
      const claim = await claimFeed(rig.db, randomUUID(), NORTH, feed);
      if (claim) await runPass(deps, claim, new AbortController().signal);
      await bench.run();
      const [last] = await readCertificates(rig.db, NORTH, 1);
      return last;
    },
    missed: async () => {
      await settleMissed(deps);
      return ledger(rig);
    },
    counted: () => counters(rig),
    close: async () => {
      await Promise.all([twin.close(), app.close()]);
      await base.close();
    },
  };
  await rig.db.transaction((tx) => installShop(tx, NORTH, "", rig.clock.now()));
  // As if the store had been looked at as a whole before: tests begin in the middle of things.
  await markLearned(rig.db, NORTH, rig.clock.now() - dayMs);
  poll.sleep(5_000);
  await twin.settled(10_000);
  app.received.splice(0);
  return poll;
}
