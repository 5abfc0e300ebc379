/** How the subscription of one topic stands. SCREENS 10. */
export const subscriptionStates = ["active", "drifted", "missing", "removed"] as const;
export type SubscriptionState = (typeof subscriptionStates)[number];

/** A subscription made through the API, as the last check found it. */
export interface MadeSubscription {
  readonly uri: string;
  readonly apiVersion: string;
  /** Converge made it, while the declared one is silent. */
  readonly substitute: boolean;
}

/** What classic webhooks and Events told of one topic in the last seven days, each change once. */
export interface TransportView {
  readonly topic: string;
  /** Since when both run. */
  readonly since: string;
  readonly webhooksFirst: number;
  readonly eventsFirst: number;
  readonly onlyWebhooks: number;
  readonly onlyEvents: number;
  /** Why it is too early to go on with Events alone; null: it is safe. */
  readonly notYet: string | null;
}

/** One topic as the screen shows it. Times are RFC 3339 in UTC. */
export interface TopicView {
  readonly topic: string;
  readonly state: SubscriptionState;
  readonly problem: string | null;
  readonly since: string;
  readonly checkedAt: string;
  /** What Converge did about it last. */
  readonly did: string | null;
  readonly didAt: string | null;
  readonly lastHeardAt: string | null;
  /** The API version its notifications are written in. */
  readonly apiVersion: string | null;
  /** The app's configuration (shopify.app.toml) declares it. */
  readonly declared: boolean;
  /** Subscriptions made through the API. */
  readonly made: readonly MadeSubscription[];
  /** Converge has a substitute in its place. */
  readonly substituted: boolean;
  /** Those of them that double or lead elsewhere: `repairTopic` deletes them. */
  readonly surplus: number;
  /** Through the app's file (webhooks), Events, or a substitute made by Converge. */
  readonly ways: readonly string[];
}
