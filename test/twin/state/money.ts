/** Decimal text to cents; exact for two places. */
export function toCents(amount: string): number {
  return Math.round(Number(amount) * 100);
}

/** Cents to decimal text with two places, as webhooks write money. */
export function fromCents(cents: number): string {
  return (cents / 100).toFixed(2);
}

/** Currencies of other than two places, as far as stores here sell in them. */
const PLACES: Record<string, number> = { JPY: 0, VND: 0, KWD: 3 };

/** What a store can be made to sell in. */
export const CURRENCIES = ["USD", "JPY", "VND", "KWD"] as const;

export type Currency = (typeof CURRENCIES)[number];

/** Decimal text with the places of a currency: "23600" yen, "12.90" dollars, "10.000" dinars. */
export function inCurrency(amount: string, currency: string): string {
  return Number(amount).toFixed(PLACES[currency] ?? 2);
}

/** As GraphQL writes money of type Decimal: at least one place, no padding (`10.0`, `19.95`). */
export function toDecimal(amount: string): string {
  return amount.includes(".") ? amount.replace(/(?<=\.\d+)0+$/, "") : `${amount}.0`;
}
