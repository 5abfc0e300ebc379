import { randomUUID } from "node:crypto";
import { print } from "graphql";
import { listDiscrepancies } from "#app/discrepancies/index.server.ts";
import { pendingEchoes } from "#app/mirror/index.server.ts";
import { SetInventoryDocument, type Shopify } from "#app/shopify/index.server.ts";
import { writeStock } from "#app/write-back/index.server.ts";
import {
  at,
  type Client,
  installedClient,
  NORTH,
  startSmallTwin,
} from "#test/twin-conformance/support.ts";
import { createRig } from "#test/worker/rig.ts";

/** A stock level of the twin. */
export interface Level {
  readonly id: string;
  readonly itemId: string;
  readonly sku: string;
  readonly locationId: string;
}

/** One call that sets stock, as it was sent. */
export interface Sent {
  readonly key: string;
  readonly rows: readonly { readonly quantity: number; readonly changeFromQuantity: number }[];
}

type Around = (answer: () => Promise<unknown>, sent: Sent) => Promise<unknown>;

/** A shop that writes stock to a twin with some hundred articles. */
export async function createStockRig() {
  const [rig, twin] = await Promise.all([createRig(), startSmallTwin({ skusPerStore: 420 })]);
  const client = await installedClient(twin);
  const levels = await everyLevel(client);
  const edit = ({ sku, locationId }: Level, available: number) =>
    twin.operations.setStock({ shop: NORTH, sku, locationId, available });

  /** The first levels of the store, each at ten, in a shop of their own. */
  const takeLevels = async (count: number) => {
    const shop = await rig.installedShop();
    const taken = levels.slice(0, count);
    if (taken.length < count) throw new Error("the twin has too few articles");
    for (const level of taken) edit(level, 10);
    return { shop, levels: taken };
  };

  /** The twin as the app's client sees it; `around` is put around every write. */
  const shopify = (around: Around = (answer) => answer()) => {
    const writes: Sent[] = [];
    const reads: string[] = [];
    const graphql = (async (
      _shop: string,
      document: Parameters<typeof print>[0],
      variables: object,
    ) => {
      const text = print(document);
      const ask = async () => (await client(text, { ...variables })).data;
      if (document !== SetInventoryDocument) {
        reads.push(text);
        return ask();
      }
      const { key, input } = variables as { key: string; input: { quantities: Sent["rows"] } };
      const sent = { key, rows: input.quantities };
      writes.push(sent);
      return around(ask, sent);
    }) as Shopify["graphql"];
    return { graphql, writes, reads };
  };

  return {
    rig,
    twin,
    edit,
    takeLevels,
    shopify,
    sell: ({ sku, locationId }: Level) =>
      twin.operations.sell({ shop: NORTH, sku, quantity: 1, locationId }),
    availableOf: (some: readonly Level[]) => availableOf(client, some),
    write: (jobs: readonly StockJob[], sent = shopify(), clock = rig.clock) =>
      writeStock({ ...rig, clock, shopify: sent }, jobs),
    /** `status generation` of each write. */
    intentsOf: async (jobs: readonly StockJob[]) => {
      const { rows } = await rig.db.query<{ event: string; status: string; generation: number }>(
        "SELECT event_id AS event, status, generation FROM write_intents WHERE event_id = ANY($1)",
        [jobs.map((job) => job.eventId)],
      );
      const found = new Map(rows.map((row) => [row.event, row]));
      return jobs.map(({ eventId }) => {
        const row = found.get(eventId);
        return row ? `${row.status} ${String(row.generation)}` : "none";
      });
    },
    echoes: (shop: string, some: readonly Level[]) =>
      rig.db.transaction((tx) => {
        const ids = some.map((level) => level.id);
        return pendingEchoes(tx, shop, ids);
      }),
    complaints: async (shop: string) =>
      (await listDiscrepancies(rig, shop, {}, { limit: 100 })).items,
    close: async () => {
      await Promise.all([rig.close(), twin.close()]);
    },
  };
}

async function everyLevel(client: Client): Promise<Level[]> {
  const found: Level[] = [];
  for (let after: string | null = null; ; ) {
    const answer = await client(
      `query I($after: String) { inventoryItems(first: 250, after: $after) { nodes { id sku
         inventoryLevels(first: 1) { nodes { id location { id } } } }
         pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    type Node = Pick<Level, "id" | "sku"> & {
      inventoryLevels: { nodes: { id: string; location: { id: string } }[] };
    };
    for (const item of at<Node[]>(answer, "inventoryItems", "nodes"))
      for (const { id, location } of item.inventoryLevels.nodes)
        found.push({ id, itemId: item.id, sku: item.sku, locationId: location.id });
    type Page = { hasNextPage: boolean; endCursor: string };
    const page = at<Page>(answer, "inventoryItems", "pageInfo");
    if (!page.hasNextPage) return found;
    after = page.endCursor;
  }
}

async function availableOf(client: Client, some: readonly Level[]): Promise<number[]> {
  const found: number[] = [];
  for (let from = 0; from < some.length; from += 100) {
    const answer = await client(
      `query L($ids: [ID!]!) { nodes(ids: $ids) { ... on InventoryLevel {
         quantities(names: ["available"]) { quantity } } } }`,
      { ids: some.slice(from, from + 100).map((level) => level.id) },
    );
    const nodes = at<{ quantities: { quantity: number }[] }[]>(answer, "nodes");
    found.push(...nodes.map((node) => node.quantities[0]?.quantity ?? NaN));
  }
  return found;
}

/** A warehouse's word about a level, which it saw later than anybody else. */
export function stockJob(
  shop: string,
  level: Level,
  set: Record<string, number>,
  more: object = {},
) {
  return {
    shop,
    eventId: randomUUID(),
    reason: "system_change" as const,
    systemId: "sys_1",
    domain: "inventory" as const,
    resource: { type: "InventoryLevel", id: level.id, locationId: level.locationId },
    set,
    observedAt: "2100-01-01T00:00:00Z",
    correlationId: "correlation-1",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ...more,
  };
}

/** @see stockJob */
export type StockJob = ReturnType<typeof stockJob>;

/** The same value as often as that. */
export function all<Value>(value: Value, count: number): Value[] {
  return Array.from({ length: count }, () => value);
}
