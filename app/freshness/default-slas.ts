import type { DataDomain } from "#app/data-domains.ts";
import type { FreshnessSla, SyncMethod } from "./types.ts";

/**
 * Seconds from a change to trouble, and how often Shopify is asked in between: data counts as fresh
 * from the last complete poll on, so that a poll has to be done well within the warning.
 */
type Default = readonly [
  breachAfterSeconds: number,
  warnAfterSeconds: number,
  pollEverySeconds: number,
  syncMethod: SyncMethod,
];

const defaults: Readonly<Record<DataDomain, Default>> = {
  inventory: [60, 45, 30, "webhook_and_polling"],
  orders: [30, 25, 15, "webhook_queue"],
  products: [900, 600, 300, "scheduled_batch"],
  pricing: [30, 25, 15, "webhook_and_cache_invalidation"],
  customers: [300, 240, 120, "webhook_queue"],
  fulfillments: [60, 45, 30, "webhook_and_polling"],
  loyalty: [120, 90, 60, "event_driven"],
};

/** Whether somebody chose this SLA: the default, written down again, is nobody's choice. Pure. */
export function isChosen(sla: FreshnessSla): boolean {
  const usual = defaultSla(sla.domain);
  return (Object.keys(usual) as (keyof FreshnessSla)[])
    .concat("system", "windowKind")
    .some((key) => sla[key] !== usual[key]);
}

/** How fresh a kind of data has to be as long as nobody says otherwise. Pure. */
export function defaultSla(domain: DataDomain): FreshnessSla {
  const [breachAfterSeconds, warnAfterSeconds, pollEverySeconds, syncMethod] = defaults[domain];
  return {
    domain,
    warnAfterSeconds,
    breachAfterSeconds,
    targetPercent: 99,
    windowDays: 30,
    syncMethod,
    pollEverySeconds,
  };
}
