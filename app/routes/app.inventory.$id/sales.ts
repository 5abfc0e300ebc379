import type { SoldInHour } from "#app/coordination/types.ts";
import type { BarKey, BarPoint } from "#app/ui/charts/stacked-bars.tsx";
import { shopHandle } from "#app/ui/format/shop.ts";

const hourMs = 3_600_000;
/** Hours that are shown, the present one included. */
export const hoursShown = 24;
/** Stores with a colour of their own. */
const mostStores = 4;
const others: BarKey = { key: "others", label: "Other stores", look: "ignored" };

/** Where the hours that are shown begin: at a full hour, so that the chart does not creep. Pure. */
export function salesFromMs(nowMs: number): number {
  return (Math.floor(nowMs / hourMs) + 1 - hoursShown) * hourMs;
}

/** What each store sold hour by hour, as a chart has it. */
export interface Sales {
  readonly keys: readonly BarKey[];
  readonly points: readonly BarPoint[];
  /** Units by the name of the store, the one that sold most first. */
  readonly sums: readonly { readonly label: string; readonly units: number }[];
}

/** Sales by store and hour as bars; hours without any are there. Stores that sold most come first. Pure. */
export function salesChart(sold: readonly SoldInHour[], nowMs: number): Sales {
  const units = new Map<string, number>();
  for (const one of sold) units.set(one.shop, (units.get(one.shop) ?? 0) + one.units);
  const stores = [...units].sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1));
  const shown = stores.slice(0, mostStores).map(([shop]) => shop);
  const keyOf = (shop: string) => (shown.includes(shop) ? shop : others.key);
  const fromMs = salesFromMs(nowMs);
  const counts = Array.from({ length: hoursShown }, (): Record<string, number> => ({}));
  for (const { shop, at, units: more } of sold) {
    const count = counts[(Date.parse(at) - fromMs) / hourMs];
    const key = keyOf(shop);
    if (count) count[key] = (count[key] ?? 0) + more;
  }
  const keys = shown.map((shop, index) => ({
    key: shop,
    label: shopHandle(shop),
    look: `store-${String(index + 1)}`,
  }));
  return {
    keys: stores.length > mostStores ? [...keys, others] : keys,
    points: counts.map((count, hour) => ({
      at: new Date(fromMs + hour * hourMs).toISOString(),
      counts: count,
    })),
    sums: stores.map(([shop, sum]) => ({ label: shopHandle(shop), units: sum })),
  };
}
