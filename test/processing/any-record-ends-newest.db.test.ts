import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { receiveReads } from "#app/intake/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { createWorkbench, type Workbench } from "./workbench.ts";

/**
 * What holds for stock holds for every kind of record, with its creation and its deletion: whatever
 * arrives, in whatever order, however often, and whatever is lost until the next poll.
 */

let rig: Rig;
let bench: Workbench;
let shop: string;
let record = 0;

beforeAll(async () => {
  rig = await createRig();
  bench = createWorkbench(rig);
  shop = await rig.installedShop();
});
afterAll(() => rig.close());

interface Kind {
  readonly type: string;
  readonly created: string;
  readonly updated: string;
  readonly deleted?: string;
  /** A field of its notifications. */
  readonly field: string;
}

const kinds: readonly Kind[] = [
  {
    type: "Product",
    created: "products/create",
    updated: "products/update",
    deleted: "products/delete",
    field: "title",
  },
  {
    type: "Order",
    created: "orders/create",
    updated: "orders/updated",
    deleted: "orders/delete",
    field: "note",
  },
  {
    type: "Customer",
    created: "customers/create",
    updated: "customers/update",
    deleted: "customers/delete",
    field: "note",
  },
  {
    type: "Fulfillment",
    created: "fulfillments/create",
    updated: "fulfillments/update",
    field: "tracking_company",
  },
];

interface Moment {
  readonly topic: string;
  readonly body: string;
  readonly version: string;
  readonly triggeredAt: string;
  readonly deleted: boolean;
  readonly value: string;
}

/** What Shopify really was: created, changed some times, and gone in the end or not. */
const histories = fc.record({
  changes: fc.array(fc.record({ value: fc.nat(4), secondsLater: fc.nat(2) }), {
    minLength: 1,
    maxLength: 5,
  }),
  gone: fc.boolean(),
});
const arrivals = fc.array(fc.record({ pick: fc.nat(5), flush: fc.boolean() }), { maxLength: 10 });

const startMs = Date.parse("2026-11-23T10:00:00Z");

function momentsOf(
  kind: Kind,
  history: typeof histories extends fc.Arbitrary<infer H> ? H : never,
) {
  const id = String(record);
  const gid = `gid://shopify/${kind.type}/${id}`;
  let atMs = startMs;
  const moments = history.changes.map(({ value, secondsLater }, index): Moment => {
    atMs += secondsLater * 1000;
    const version = new Date(atMs).toISOString();
    const fields = { id: record, admin_graphql_api_id: gid, updated_at: version };
    const text = `value ${String(value)}`;
    return {
      topic: index === 0 ? kind.created : kind.updated,
      body: JSON.stringify({ ...fields, [kind.field]: text }),
      version,
      triggeredAt: new Date(atMs + index + 1).toISOString(),
      deleted: false,
      value: text,
    };
  });
  if (!history.gone || kind.deleted === undefined) return { gid, moments };
  const triggeredAt = new Date(atMs + 5_000).toISOString();
  const body = JSON.stringify({ id: record, admin_graphql_api_id: gid });
  const end = { topic: kind.deleted, body, triggeredAt, version: triggeredAt };
  return { gid, moments: [...moments, { ...end, deleted: true, value: "" }] };
}

/** The poll that comes after a loss: what Shopify is now. */
async function poll(kind: Kind, gid: string, newest: Moment) {
  const readAtMs = rig.clock.now();
  const version = newest.deleted ? new Date(readAtMs).toISOString() : newest.version;
  await receiveReads({ ...rig, enqueue: bench.queue.enqueue }, [
    {
      shop,
      source: "poll",
      deliveryKey: `${gid}@${version}`,
      topic: newest.deleted ? newest.topic : kind.updated,
      resource: { type: kind.type, id: gid },
      version,
      body: JSON.parse(newest.body) as Record<string, unknown>,
      readAtMs,
      correlationId: "poll",
    },
  ]);
  await bench.run();
}

it.each(kinds)(
  "$type: any order, repetition and loss of any history, then a poll, ends in the newest state",
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(histories, arrivals, async (history, order) => {
        record += 1;
        const { gid, moments } = momentsOf(kind, history);
        const sent = new Set<number>();
        for (const { pick, flush } of order) {
          const index = pick % moments.length;
          const moment = moments[index];
          // The door takes a repeated notification for what it is; here each comes at most once.
          if (!moment || sent.has(index)) continue;
          sent.add(index);
          const { topic, body, triggeredAt } = moment;
          await bench.receive({ shop, topic, body, triggeredAt });
          if (flush) await bench.run();
        }
        await bench.run();
        const newest = moments.at(-1);
        if (!newest) return;
        await poll(kind, gid, newest);
        const told = (await bench.changes(shop)).filter((change) => change.resourceId === gid);
        const instants = told.map(({ version }) => Date.parse(version));
        expect(instants).toEqual([...instants].sort((a, b) => a - b));
        const last = told.at(-1);
        if (newest.deleted) expect(last?.type).toMatch(/\.deleted$/);
        else expect(last?.data).toMatchObject({ [kind.field]: newest.value });
      }),
      { numRuns: 25 },
    );
  },
  120_000,
);
