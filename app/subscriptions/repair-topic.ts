import { recordAudit } from "#app/observability/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { deleteSubscription } from "./api-subscriptions.ts";
import { type CheckDeps, checkSubscriptions, judgeAll } from "./check-subscriptions.ts";
import { noteDeed } from "./topic-state-store.ts";

/**
 * Deletes what is surplus of a topic at a person's word (API-made subscriptions that double the
 * declared one or lead elsewhere) and checks again. Returns how many were deleted.
 */
export async function repairTopic(
  deps: CheckDeps,
  shop: string,
  topic: string,
  actor: string,
): Promise<number> {
  const view = await getShop(deps.db, shop);
  if (!view) return 0;
  const verdict = (await judgeAll(deps, shop, Date.parse(view.installedAt))).get(topic);
  const surplus = verdict?.surplus ?? [];
  for (const id of surplus) await deleteSubscription(deps.shopify, shop, id);
  await deps.db.transaction(async (tx) => {
    if (surplus.length > 0)
      await noteDeed(tx, shop, topic, {
        did: `${String(surplus.length)} subscription${surplus.length === 1 ? "" : "s"} made through the API deleted.`,
        substituteId: null,
        atMs: deps.clock.now(),
      });
    await recordAudit(tx, {
      shop,
      actor,
      action: "subscription.repaired",
      subject: topic,
      detail: { deleted: surplus.length },
    });
  });
  await checkSubscriptions(deps, shop);
  return surplus.length;
}
