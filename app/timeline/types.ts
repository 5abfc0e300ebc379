/** One thing that happened to a record. Times RFC 3339 in UTC. */
export interface Happening {
  readonly at: string;
  /** `event.applied`, `delivery.delivered`, `write.conflict`, `discrepancy.open` ...: what, and how it ended. */
  readonly kind: string;
  readonly correlationId: string;
  readonly shop: string;
  readonly system?: string;
  /** A sentence for people. */
  readonly summary: string;
  /** The event it belongs to; null where there is none. */
  readonly eventId: string | null;
}
