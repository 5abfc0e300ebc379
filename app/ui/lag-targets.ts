import type { DataDomain } from "#app/data-domains.ts";

/** How fresh each kind of data is promised to be until a merchant sets other targets, in seconds. */
const defaultTargetSeconds: Readonly<Record<DataDomain, number>> = {
  inventory: 60,
  orders: 30,
  products: 900,
  pricing: 30,
  customers: 300,
  fulfillments: 60,
  loyalty: 120,
};

/** The default target of a data domain in seconds; null for a domain this version does not know. */
export function lagTargetSeconds(domain: string): number | null {
  return Object.hasOwn(defaultTargetSeconds, domain)
    ? defaultTargetSeconds[domain as DataDomain]
    : null;
}
