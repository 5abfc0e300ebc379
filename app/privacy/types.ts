/** A request of privacy law about one customer. Times are RFC 3339 in UTC. */
export interface PrivacyRequestView {
  readonly id: string;
  /** show: the customer wants to know what is held; erase: it has to go. */
  readonly kind: "show" | "erase";
  /** Null: Shopify named an e-mail address alone. */
  readonly customerId: string | null;
  readonly orders: number;
  readonly receivedAt: string;
  /** By when the law wants it done. */
  readonly dueAt: string;
  readonly doneAt: string | null;
}
