import type { Database, Transaction } from "#app/db.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import { installedShops, knownShops } from "#app/shops/index.server.ts";

/** What spreading the check takes. */
export interface CheckAllDeps {
  readonly db: Database;
  readonly enqueue: (
    tx: Transaction,
    name: "check-subscriptions",
    jobs: readonly EnqueuedJob<"check-subscriptions">[],
  ) => Promise<void>;
}

/** The checks of all shops are spread over so many seconds. */
const spreadSeconds = 300;

/** Gives every installed shop its own check, one after the other. */
export async function checkAll({ db, enqueue }: CheckAllDeps): Promise<void> {
  await db.transaction(async (tx) => {
    const shops = [...(await installedShops(tx, await knownShops(tx)))];
    await enqueue(
      tx,
      "check-subscriptions",
      shops.map((shop, index) => ({
        payload: { shop },
        group: shop,
        startAfterSeconds: Math.floor((index * spreadSeconds) / shops.length),
      })),
    );
  });
}
