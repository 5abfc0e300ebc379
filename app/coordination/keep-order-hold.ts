import type { Database, Transaction } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { type Shopify, ShopifyQueryError } from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { actOnOrderHold, type OrderHoldDeps, tellAboutOrder } from "./end-order-hold.ts";
import {
  canBeHeld,
  handleOf,
  holdFulfillmentOrder,
  isUnder,
  type OrderToHold,
  readOrderToHold,
  releaseFulfillmentHolds,
} from "./fulfillment-holds.ts";
import { sealReference } from "./hold-store.ts";
import {
  dropUnweighed,
  findOrderHold,
  isKeptBack,
  lockOrderHold,
  noteLetGo,
  notePlaced,
  notePlacedOn,
  noteWeighed,
  type OrderHoldRow,
} from "./order-hold-store.ts";
import { orderRulesOf } from "./order-rule-store.ts";
import { weighOrder } from "./weigh-order.ts";

/** What keeping orders back takes. */
export type KeepDeps = OrderHoldDeps & {
  readonly db: Database;
  readonly shopify: Pick<Shopify, "graphql">;
};

/** Shopify routes an order to its places after it has told of it; by then it has. */
const routedAfterMs = 10 * 60_000;

/**
 * Brings Shopify to what an order's hold says: places it and asks the participants, places it on what
 * an edit has added to the order since, or takes it away.
 * Every step can be repeated, by several at once: Shopify takes a handle once, and whoever has placed a
 * hold looks whether it still stands before asking anybody. A hold that is over is taken away whenever
 * this runs, since somebody who was slow may have placed it again.
 */
export async function keepOrderHold(
  deps: KeepDeps,
  { shop, holdId }: JobPayload<"keep-order-hold">,
): Promise<void> {
  const hold = await findOrderHold(deps.db, holdId);
  if (hold === null || !(await getShop(deps.db, shop))) return;
  if (hold.step === "placed") await placeOnAdded(deps, hold);
  else if (hold.status === "held" && hold.step === "place") await place(deps, hold);
  else await letGo(deps, hold);
}

async function place(deps: KeepDeps, hold: OrderHoldRow): Promise<void> {
  const order = await orDenied(read(deps, hold));
  if (order === "denied") return fail(deps, hold, deniedWords);
  if (order === null || order.cancelledAt !== null) {
    if (!hold.weighed) return dropUnweighed(deps.db, hold.id);
    await decide(deps, hold, { kind: "cancel" });
    return;
  }
  if (!hold.weighed) {
    if (!(await isMeant(deps, hold, order))) return dropUnweighed(deps.db, hold.id);
    await noteWeighed(deps.db, hold.id);
  }
  const why = await orDenied(placeOnAll(deps, hold, order));
  if (why !== null) return fail(deps, hold, why === "denied" ? deniedWords : why);
  const stands = await deps.db.transaction((tx) => askIfItStands(deps, tx, hold, order));
  // It ended while it was being placed.
  if (!stands) await letGo(deps, hold);
}

/**
 * An edit may give an order more to ship, which nothing holds. What was there before is left as it is:
 * the merchant may have let a part of it go by hand.
 */
async function placeOnAdded(deps: KeepDeps, hold: OrderHoldRow): Promise<void> {
  const order = await orDenied(read(deps, hold));
  if (order === null || order === "denied") return;
  const { nodes } = order.fulfillmentOrders;
  const added = nodes.filter((one) => !hold.placedOn.includes(one.id));
  if (added.length === 0) return;
  const { refusal } = await placeOn(deps, hold, added);
  if (refusal !== null)
    throw new Error(`Shopify did not hold what was added to an order: ${refusal}`);
  const stands = await notePlacedOn(deps.db, hold.id, idsOf(order));
  // It ended while it was being placed.
  if (!stands) await letGo(deps, hold);
}

function idsOf({ fulfillmentOrders }: NonNullable<OrderToHold>): string[] {
  return fulfillmentOrders.nodes.map(({ id }) => id);
}

/** Null, or why the order cannot be kept back. */
async function placeOnAll(
  deps: KeepDeps,
  hold: OrderHoldRow,
  order: NonNullable<OrderToHold>,
): Promise<string | null> {
  const { nodes } = order.fulfillmentOrders;
  if (nodes.length === 0 && deps.clock.now() - hold.createdAt.getTime() < routedAfterMs)
    throw new Error("Shopify has not routed the order yet");
  const { held, refusal } = await placeOn(deps, hold, nodes);
  if (refusal !== null) return `Shopify did not hold it: ${refusal}`;
  return held > 0 ? null : "Nothing of it can be held any more: it is shipped, or being shipped.";
}

/** Places it on those of an order's fulfillment orders that can be held; `held`: how many are under it. */
async function placeOn(
  { shopify }: KeepDeps,
  { shop, orderId, rule }: OrderHoldRow,
  fulfillmentOrders: NonNullable<OrderToHold>["fulfillmentOrders"]["nodes"],
): Promise<{ readonly held: number; readonly refusal: string | null }> {
  const handle = handleOf(orderId, rule);
  let held = 0;
  for (const one of fulfillmentOrders) {
    if (!isUnder(one, handle)) {
      if (!canBeHeld(one)) continue;
      const outcome = await holdFulfillmentOrder(shopify, shop, one.id, handle, rule);
      if (outcome.kind === "refused") return { held, refusal: outcome.why };
    }
    held += 1;
  }
  return { held, refusal: null };
}

/** Asks the participants of a hold that Shopify has; false: it is over. */
async function askIfItStands(
  deps: KeepDeps,
  tx: Transaction,
  { id, shop }: OrderHoldRow,
  order: NonNullable<OrderToHold>,
): Promise<boolean> {
  const hold = await lockOrderHold(tx, id);
  if (hold === null || !isKeptBack(hold)) return false;
  if (hold.told) return true;
  const { ttlSeconds } = hold;
  const expiresAt = new Date(deps.clock.now() + ttlSeconds * 1000);
  const reference = sealReference(deps.vault, id, order.name);
  await notePlaced(tx, id, { reference, expiresAt, on: idsOf(order) });
  await tellAboutOrder(deps, tx, { ...hold, reference, expiresAt }, "requested");
  const payload = { shop, holdId: id };
  await deps.enqueue(tx, "expire-hold", [{ payload, group: shop, startAfterSeconds: ttlSeconds }]);
  return true;
}

async function letGo(deps: KeepDeps, hold: OrderHoldRow): Promise<void> {
  const order = await orDenied(read(deps, hold));
  if (order !== null && order !== "denied") {
    const handle = handleOf(hold.orderId, hold.rule);
    await releaseFulfillmentHolds(deps.shopify, hold.shop, order, handle);
  }
  await noteLetGo(deps.db, hold.id);
}

function read({ shopify }: KeepDeps, { shop, orderId }: OrderHoldRow): Promise<OrderToHold> {
  return readOrderToHold(shopify, shop, orderId);
}

/** "denied": the merchant has not allowed it. */
async function orDenied<Answer>(asked: Promise<Answer>): Promise<Answer | "denied"> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ShopifyQueryError && error.problems.some(isDenied)) return "denied";
    throw error;
  }
}

const isDenied = ({ code }: { readonly code: string | undefined }) => code === "ACCESS_DENIED";

const deniedWords =
  "Shopify does not let Converge hold orders in this store. Allow it, and later orders are held.";

async function isMeant(
  { db }: KeepDeps,
  { shop, rule: name }: OrderHoldRow,
  order: NonNullable<OrderToHold>,
): Promise<boolean> {
  const rule = (await orderRulesOf(db, shop)).find((one) => one.name === name);
  if (rule === undefined) return false;
  const { amount, currencyCode: currency } = order.totalPriceSet.shopMoney;
  const weight = weighOrder(rule, {
    createdAtMs: Date.parse(order.createdAt),
    total: { amount, currency },
    skus: order.lineItems.nodes.flatMap(({ sku }) => sku ?? []),
    tags: order.tags,
  });
  return weight === true;
}

async function decide(
  deps: KeepDeps,
  { id }: OrderHoldRow,
  event: Parameters<typeof actOnOrderHold>[3],
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const hold = await lockOrderHold(tx, id);
    if (hold !== null) await actOnOrderHold(deps, tx, hold, event);
  });
}

/** What was placed of it already is taken away again, by the job that the end leaves behind. */
async function fail(deps: KeepDeps, hold: OrderHoldRow, why: string): Promise<void> {
  await decide(deps, hold, { kind: "fail", why });
}
