/** Decimal text to cents; exact for two places. */
export function toCents(amount: string): number {
  return Math.round(Number(amount) * 100);
}

/** Cents to decimal text with two places, as webhooks write money. */
export function fromCents(cents: number): string {
  return (cents / 100).toFixed(2);
}

/** As GraphQL writes money of type Decimal: at least one place, no padding (`10.0`, `19.95`). */
export function toDecimal(amount: string): string {
  return amount.endsWith("0") && amount.includes(".") ? amount.slice(0, -1) : amount;
}
