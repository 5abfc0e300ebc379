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
}
