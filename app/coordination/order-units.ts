import { isSettled } from "./weigh-order.ts";

/** What an order takes from stock. */
export interface OrderUnits {
  /** As merchants call it, like #1001. */
  readonly name: string;
  readonly bySku: ReadonlyMap<string, number>;
}

/** A confirmed hold, opened. */
export interface ConfirmedHold {
  readonly id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly reference: string;
}

type Data = Readonly<Record<string, unknown>>;

/**
 * What an order has taken, as its notification tells. Null: that does not say (a read in passing tells
 * less), or the order is cancelled. Pure.
 */
export function unitsOf(data: Data): OrderUnits | null {
  const { name, line_items: lines } = data;
  if (typeof name !== "string" || !Array.isArray(lines) || isSettled(data) === "cancelled")
    return null;
  const bySku = new Map<string, number>();
  for (const line of lines as readonly unknown[]) {
    if (typeof line !== "object" || line === null) continue;
    const { sku, quantity, current_quantity: current } = line as Data;
    // What an edit took off the order is in its first quantity still.
    const units = typeof current === "number" ? current : quantity;
    if (typeof sku !== "string" || sku === "" || typeof units !== "number") continue;
    bySku.set(sku, (bySku.get(sku) ?? 0) + units);
  }
  return { name, bySku };
}

/** The holds that were for an order: their reference is its name, as people write it. Pure. */
export function holdsFor(order: OrderUnits, holds: readonly ConfirmedHold[]): ConfirmedHold[] {
  const name = plain(order.name);
  return holds.filter(
    ({ sku, quantity, reference }) =>
      plain(reference) === name && quantity <= (order.bySku.get(sku) ?? 0),
  );
}

/** "Order #1001", "#1001" and "1001" are one order. */
function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^order\s+/, "")
    .replace(/^#/, "");
}
