/**
 * A price in the one form in which prices are compared: at least two places, and more only where they
 * say something. Shopify writes yen as "23600", dollars as "12.90" and dinars as "10.125", and takes
 * each in any of these forms. Text that is no amount stays what it is. Pure.
 */
export function moneyInOneForm(amount: string): string {
  if (!/^\d{1,12}(\.\d{1,4})?$/.test(amount)) return amount;
  return Number(amount)
    .toFixed(4)
    .replace(/0{1,2}$/, "");
}
