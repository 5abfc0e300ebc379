import { setTimeout as sleep } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import { digestOf, statePurpose } from "#app/mirror/index.server.ts";
import { comparedDomain, type ShopifyRecord } from "#app/reconciliation/compared-domains.ts";
import type { RunDeps } from "#app/reconciliation/index.server.ts";
import { readLines } from "#app/reconciliation/read-lines.ts";
import { StartError } from "#app/start/start-error.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import type { Rig } from "#test/worker/rig-on.ts";

const atOnce = 5_000;
const type = "InventoryLevel";

/** Writes down what Converge would have learned of the store by now: every stock level as it is. */
export async function seedMirror(rig: Rig, { bulk }: RunDeps["shopify"]): Promise<void> {
  const domain = comparedDomain("inventory");
  const url = await resultOf(bulk, domain.query);
  let records: ShopifyRecord[] = [];
  for await (const { text } of readLines(bulk.download(url, 0))) {
    records.push(...domain.recordsOf(JSON.parse(text ?? "{}") as Record<string, unknown>));
    if (records.length < atOnce) continue;
    await insert(rig, records);
    records = [];
  }
  await insert(rig, records);
  await rig.db.query("ANALYZE mirror_resources");
}

async function resultOf(
  bulk: RunDeps["shopify"]["bulk"],
  query: Parameters<RunDeps["shopify"]["bulk"]["start"]>[1],
): Promise<string> {
  const id = await bulk.start(NORTH, query, "seed");
  for (;;) {
    const progress = await bulk.progress(NORTH, id ?? "");
    if (progress.state === "completed" && progress.url !== null) return progress.url;
    if (progress.state !== "running") throw new StartError("The store could not be read.");
    await sleep(200);
  }
}

async function insert({ db, vault }: Rig, records: readonly ShopifyRecord[]): Promise<void> {
  const states = records.map(({ read }) => JSON.stringify(read.body));
  await db.query(
    `INSERT INTO mirror_resources (shop, type, id, version, version_at, digest, state, event_id, applied_at)
     SELECT $1, $2, id, version, version::timestamptz, digest, state, $7, now()
     FROM unnest($3::text[], $4::text[], $5::bytea[], $6::bytea[]) AS r (id, version, digest, state)`,
    [
      NORTH,
      type,
      records.map(({ id }) => id),
      records.map(({ read }) => read.version),
      states.map((state) => digestOf(JSON.parse(state))),
      states.map((state, index) =>
        vault.seal(state, statePurpose(NORTH, type, records[index]?.id ?? "")),
      ),
      uuidv7(),
    ],
  );
}
