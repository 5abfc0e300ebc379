/** A group of stores as its members see it. Times RFC 3339. */
export interface StoreGroupView {
  readonly id: string;
  readonly name: string;
  /** In the order in which they joined. */
  readonly shops: readonly string[];
  readonly createdAt: string;
}
