import type { EventToProcess } from "#app/events/index.server.ts";
import type { Plan } from "./plan.ts";
import type { ResourceChange } from "./read-changes.ts";

/** Something that has to be read by its id. */
export interface Question {
  readonly resource: { readonly type: string; readonly id: string };
  /**
   * The kind of data that is incomplete until it is answered, and when that changed (epoch
   * milliseconds, by Shopify's clock). Null: the change is known, and only whose it was is not.
   */
  readonly missing: { readonly domain: string; readonly changedAtMs: number } | null;
  readonly afterSeconds: number;
}

/** Notes a question. One read answers all there are about a resource, and is as old as the oldest. */
export function askShopify(
  plan: Plan,
  { shop, correlationId }: EventToProcess,
  { resource, missing, afterSeconds }: Question,
): void {
  const key = `${resource.type} ${resource.id}`;
  const oldest = { ...plan.confirms.get(key)?.payload.oldest };
  if (missing !== null)
    oldest[missing.domain] = Math.min(missing.changedAtMs, oldest[missing.domain] ?? Infinity);
  plan.confirms.set(key, { payload: { shop, resource, correlationId, oldest }, afterSeconds });
}

/** Notes that only Shopify can say which state of a record holds. */
export function askWhichHolds(
  plan: Plan,
  event: EventToProcess,
  { domain, resourceType, resourceId }: ResourceChange,
  changedAtMs: number,
): void {
  askShopify(plan, event, {
    resource: { type: resourceType, id: resourceId },
    missing: { domain, changedAtMs },
    afterSeconds: 0,
  });
}
