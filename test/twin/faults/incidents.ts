import type { FaultSettings } from "./fault-table.ts";

/** Something that went wrong in the real Shopify, squeezed into a minute. */
export type Incident = {
  title: string;
  /** What will happen, in a few sentences. */
  tells: string;
  /** How long it takes unless told, in seconds. */
  seconds: number;
  /** One after the other; `share` of the time each (they add up to 1). */
  phases: IncidentPhase[];
};

export type IncidentPhase = {
  says: string;
  share: number;
  settings: Partial<FaultSettings>;
  /** Subscriptions made through the API go when the phase begins. */
  deletesSubscriptions?: boolean;
};

export const INCIDENTS = {
  outage_then_surge: {
    title: "Outage, then a surge",
    tells:
      "Shopify stops sending webhooks while people go on buying. Then everything that was held back arrives at once, late and all together.",
    seconds: 60,
    phases: [
      { says: "Nothing is sent", share: 0.7, settings: { hold: true } },
      { says: "Everything arrives at once", share: 0.3, settings: { hold: false } },
    ],
  },
  retries_dropped: {
    title: "Retries dropped (December 2020)",
    tells:
      "Three in ten deliveries do not reach the app, and half of those are never tried again: lost, though the app did nothing wrong.",
    seconds: 60,
    phases: [
      {
        says: "Deliveries fail, and retries are dropped",
        share: 1,
        settings: { unreachable: 30, dropRetries: 50 },
      },
    ],
  },
  subscriptions_deleted: {
    title: "Subscriptions deleted (December 2020)",
    tells:
      "Shopify deletes the webhook subscriptions that were made through the API, in every store and without a word. Those of the app's configuration file stay.",
    seconds: 10,
    phases: [
      {
        says: "Subscriptions made through the API are gone",
        share: 1,
        settings: {},
        deletesSubscriptions: true,
      },
    ],
  },
  cyber_monday: {
    title: "Cyber Monday 2025: the API fails, orders flow",
    tells:
      "Most API calls and token refreshes fail or take long, while the checkout stays up: webhooks keep coming, and nothing can be read or written back.",
    seconds: 90,
    phases: [
      {
        says: "The API goes down",
        share: 0.7,
        settings: { http5xx: 80, oauthErrors: 80, slowShare: 50, slowMs: 3_000 },
      },
      {
        says: "The API comes back, slowly",
        share: 0.3,
        settings: { http5xx: 20, oauthErrors: 0, slowShare: 50, slowMs: 1_000 },
      },
    ],
  },
} as const satisfies Record<string, Incident>;

export type IncidentName = keyof typeof INCIDENTS;

export const INCIDENT_NAMES = Object.keys(INCIDENTS) as IncidentName[];

/** An incident as the table describes it. */
export function incidentNamed(name: IncidentName): Incident {
  return INCIDENTS[name];
}

/** An incident that can be replayed. */
export type IncidentView = {
  name: IncidentName;
  title: string;
  tells: string;
  seconds: number;
  running: { phase: string; percent: number; secondsLeft: number } | null;
  /** When the latest replay was over; null: there was none. */
  endedAt: string | null;
};
