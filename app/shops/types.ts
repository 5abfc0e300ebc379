/** A store that installed Converge. */
export interface ShopView {
  readonly shop: string;
  readonly name: string | null;
  readonly currency: string | null;
  readonly timeZone: string | null;
  readonly plan: string | null;
  readonly scopes: readonly string[];
  readonly installedAt: string;
  readonly learnedAt: string | null;
  readonly reconnectNeededAt: string | null;
  /** When somebody put the setup guide away. */
  readonly setupDismissedAt: string | null;
}

/** What Converge may do in every store that installs it: `scopes` of shopify.app.toml, in its order. */
export const installScopes = [
  "read_products",
  "read_inventory",
  "write_inventory",
  "read_locations",
  "read_orders",
  "read_customers",
  "read_fulfillments",
] as const;

/** Whether a permission is there: who may write may also read. Pure. */
export function isGranted(granted: readonly string[], scope: string): boolean {
  return granted.includes(scope) || granted.includes(scope.replace(/^read_/, "write_"));
}
