import type { AppContext } from "#app/context.server.ts";
import { ShopifyError } from "#app/shopify/index.server.ts";
import {
  desiredApiVersion,
  listTopics,
  listTransports,
  repairTopic,
} from "#app/subscriptions/index.server.ts";
import { countOf } from "#app/ui/format/number.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import type { SubscriptionRequest } from "./form.ts";

/** Where Shopify is to send what it tells. */
function webhookUri({ config }: Pick<AppContext, "config">): string {
  return `${config.shopify.appUrl}/webhooks`;
}

/** How every topic's subscription stood at the last check, and what was expected of it. */
export async function loadSubscriptions(
  context: Pick<AppContext, "db" | "config" | "clock">,
  shop: string,
) {
  const [rows, transports] = await Promise.all([
    listTopics(context.db, shop),
    listTransports(context.db, shop, context.clock.now()),
  ]);
  return {
    rows,
    transports,
    expected: { address: webhookUri(context), apiVersion: desiredApiVersion },
  };
}

/** What `loadSubscriptions` promises to the screen. */
export type Subscriptions = Awaited<ReturnType<typeof loadSubscriptions>>;

/** Does what a person asked for; what Shopify does not let us do is said beside the button. */
export async function actOnSubscriptions(
  context: Pick<AppContext, "db" | "config" | "clock" | "queue" | "shopify">,
  shop: string,
  actor: string,
  request: SubscriptionRequest,
): Promise<ActionOutcome> {
  const { db, queue } = context;
  if (request.intent === "check") {
    await db.transaction((tx) =>
      queue.enqueue(tx, "check-subscriptions", [{ payload: { shop }, group: shop }]),
    );
    return { ok: true, toast: "Checking subscriptions" };
  }
  try {
    const deps = { ...context, webhookUri: webhookUri(context) };
    const deleted = await repairTopic(deps, shop, request.topic, actor);
    const toast = deleted === 0 ? "Checked again" : `${countOf(deleted, "subscription")} deleted`;
    return { ok: true, toast };
  } catch (error) {
    if (!(error instanceof ShopifyError)) throw error;
    return { ok: false, errors: [{ field: "", message: error.message }] };
  }
}
