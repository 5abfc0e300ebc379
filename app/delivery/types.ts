/** The life of a delivery; see `delivery/index.server.ts` for what moves it on. */
export const deliveryStatuses = [
  "pending",
  "delivering",
  "delivered",
  "retrying",
  "waiting",
  "superseded",
  "dead",
  "discarded",
] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** One try. Times RFC 3339 in UTC. */
export interface AttemptView {
  readonly attempt: number;
  readonly at: string;
  readonly durationMs: number;
  readonly httpStatus: number | null;
  readonly error: string | null;
  readonly response: string | null;
}

/** One change on its way to one system. */
export interface DeliveryView {
  readonly id: string;
  /** Whose change it is, where another store shares it; the event is there. */
  readonly fromShop: string | null;
  readonly systemId: string;
  readonly eventId: string;
  readonly status: DeliveryStatus;
  /** The receiver's idempotency key: the same over retries and replays. */
  readonly webhookId: string;
  readonly type: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly sku: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly reason: string | null;
  readonly httpStatus: number | null;
  readonly replayOf: string | null;
  readonly attempts: readonly AttemptView[];
}

/** Something that needs a person: an event that could not be understood, or a delivery that failed for good. */
export interface DeadLetter {
  /** `evt:<id>` or `dlv:<id>` */
  readonly id: string;
  readonly kind: "event" | "delivery";
  /** Whose change it is, where another store shares it; the event is there. */
  readonly fromShop: string | null;
  readonly eventId: string;
  readonly systemId: string | null;
  readonly domain: string | null;
  readonly resource: {
    readonly type: string;
    readonly id: string;
    readonly sku: string | null;
  } | null;
  readonly topic: string;
  readonly reason: string;
  readonly httpStatus: number | null;
  readonly attempts: number;
  readonly at: string;
}

/** How one system is doing. */
export interface SystemHealth {
  readonly systemId: string;
  /** Arrived in the last 24 hours. */
  readonly delivered: number;
  /** Given up in the last 24 hours. */
  readonly failed: number;
  /** Not there yet, now; counted up to 10,000. */
  readonly waiting: number;
  /** Dead letters now; counted up to 10,000. */
  readonly dead: number;
  readonly oldestWaitingSeconds: number | null;
  readonly lastDeliveredAt: string | null;
}

export const deliveryIssueStates = ["open", "acknowledged", "resolved", "ignored"] as const;
export type DeliveryIssueState = (typeof deliveryIssueStates)[number];

/** Dead letters of one system that have one cause. */
export interface DeliveryIssue {
  readonly id: string;
  readonly systemId: string;
  /** `<status class>:<kind of error>`, as in `4xx:rejected` or `none:timeout`. */
  readonly cause: string;
  readonly state: DeliveryIssueState;
  readonly stateSince: string;
  /** Of a recent failure. */
  readonly reason: string;
  readonly httpStatus: number | null;
  /** Dead letters so far. */
  readonly count: number;
  /** Resources among them that nothing has reached since. */
  readonly resources: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

export const replayKinds = ["replay", "recover", "backfill"] as const;

export const replayStatuses = ["running", "paused", "completed", "cancelled"] as const;
export type ReplayStatus = (typeof replayStatuses)[number];

/** A replay, a recovery, or the present state for a new system, at its own pace. */
export interface ReplayView {
  readonly id: string;
  readonly kind: (typeof replayKinds)[number];
  readonly actor: string;
  readonly selection: unknown;
  readonly status: ReplayStatus;
  /** Per system. */
  readonly pacePerSecond: number;
  readonly total: number;
  readonly done: number;
  /** Of `done`: had been dealt with meanwhile, or could not be sent any more. */
  readonly skipped: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** What a replay would do, counted. */
export interface ReplayEffects {
  /** Would be sent to their system. */
  readonly willDeliver: number;
  /** Would end as superseded: the system has a newer version. */
  readonly superseded: number;
  /** Would wait: the system is paused, disabled or does not answer. */
  readonly willWait: number;
  /** Cannot be sent: the system was disconnected. */
  readonly deleted: number;
  /** Events that would be processed anew. */
  readonly willProcess: number;
}
