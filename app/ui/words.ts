import type { DeliveryStatus, SystemHealth } from "#app/delivery/types.ts";
import type { EventSource, EventStatus } from "#app/events/types.ts";
import type { PrivacyRequestView } from "#app/privacy/types.ts";
import type { SubscriptionState } from "#app/subscriptions/types.ts";
import type { SystemKind, SystemStatus } from "#app/systems/types.ts";
import { shopHandle } from "./format/shop.ts";

export { domainWord, domainWords } from "#app/data-domains.ts";

/** The words and tones of the whole app, in one place: a status reads the same on every screen. */

/** How a badge or banner feels. `caution`: look at it soon. `critical`: act. */
export type Tone = "neutral" | "info" | "success" | "caution" | "critical";

/** A status as people read it. `progress`: how far along, drawn as a dot beside the word. */
export interface StatusWord {
  readonly word: string;
  readonly tone: Tone;
  readonly progress?: "incomplete" | "partiallyComplete" | "complete";
  /** One sentence for people who see the word for the first time. */
  readonly meaning: string;
}

export const eventStatusWords: Readonly<Record<EventStatus, StatusWord>> = {
  received: {
    word: "Received",
    tone: "info",
    progress: "partiallyComplete",
    meaning: "Stored safely; a worker will take it up next.",
  },
  applied: {
    word: "Applied",
    tone: "success",
    progress: "complete",
    meaning: "This was the newest version, so it counts and connected systems are told.",
  },
  superseded: {
    word: "Superseded",
    tone: "neutral",
    progress: "complete",
    meaning: "A newer version was already applied, so this one changes nothing.",
  },
  ignored: {
    word: "Ignored",
    tone: "neutral",
    progress: "complete",
    meaning: "Nothing had to follow from it.",
  },
  dead: {
    word: "Dead-lettered",
    tone: "critical",
    meaning: "Converge could not make sense of it. It needs a person.",
  },
};

export const deliveryStatusWords: Readonly<Record<DeliveryStatus, StatusWord>> = {
  pending: {
    word: "Queued",
    tone: "info",
    progress: "incomplete",
    meaning: "About to be sent.",
  },
  delivering: {
    word: "Sending",
    tone: "info",
    progress: "partiallyComplete",
    meaning: "On its way to the system now.",
  },
  delivered: {
    word: "Delivered",
    tone: "success",
    progress: "complete",
    meaning: "The system confirmed that it has the change.",
  },
  retrying: {
    word: "Retrying",
    tone: "caution",
    progress: "partiallyComplete",
    meaning: "The last attempt failed; the next one is planned.",
  },
  waiting: {
    word: "Waiting",
    tone: "caution",
    progress: "incomplete",
    meaning: "The system is paused or not answering; the change is kept for it.",
  },
  superseded: {
    word: "Skipped",
    tone: "neutral",
    progress: "complete",
    meaning: "A newer version of the same record was sent in its place.",
  },
  dead: {
    word: "Failed",
    tone: "critical",
    meaning: "Given up. It stands in the dead letters until somebody replays or discards it.",
  },
  discarded: {
    word: "Discarded",
    tone: "neutral",
    progress: "complete",
    meaning: "A person decided that it is not needed.",
  },
};

/** How things stand between Converge and a store. */
export type ConnectionState = "connected" | "throttled" | "reconnect";

export const connectionWords: Readonly<Record<ConnectionState, StatusWord>> = {
  connected: {
    word: "Connected",
    tone: "success",
    meaning: "Converge reads and writes in your store.",
  },
  throttled: {
    word: "Slowed down",
    tone: "caution",
    meaning: "Shopify is limiting requests. What is urgent goes first, the rest takes longer.",
  },
  reconnect: {
    word: "Reconnect needed",
    tone: "critical",
    meaning: "Shopify no longer lets Converge in. Work waits until the app is opened.",
  },
};

/** How a system is doing, worked out from its last day. */
export type HealthState = "healthy" | "degraded" | "failing" | "quiet" | "paused" | "disabled";

export const healthWords: Readonly<Record<HealthState, StatusWord>> = {
  healthy: { word: "Healthy", tone: "success", meaning: "Every change arrives." },
  degraded: {
    word: "Degraded",
    tone: "caution",
    meaning: "Some changes failed or wait longer than a minute.",
  },
  failing: {
    word: "Failing",
    tone: "critical",
    meaning: "Changes do not get through at the moment.",
  },
  quiet: { word: "No traffic yet", tone: "neutral", meaning: "Nothing was sent in the last day." },
  paused: {
    word: "Paused",
    tone: "neutral",
    meaning: "Somebody paused it. Changes wait and are sent after Resume.",
  },
  disabled: {
    word: "Disabled",
    tone: "critical",
    meaning: "Converge stopped sending. Changes wait until the system is resumed.",
  },
};

const slowAfterSeconds = 60;
const stuckAfterSeconds = 300;

/**
 * The state of a system from its status and its last day; `dead` are the dead letters it has now.
 * Failing: work is there, some was given up, and nothing arrived for a minute; or work is stuck.
 */
export function healthState(
  status: SystemStatus,
  health: SystemHealth | null,
  dead: number,
  nowMs: number,
): HealthState {
  if (status !== "active") return status;
  if (!health) return dead > 0 ? "degraded" : "quiet";
  const oldest = health.oldestWaitingSeconds ?? 0;
  const last = health.lastDeliveredAt;
  const silent = last === null || nowMs - Date.parse(last) > slowAfterSeconds * 1000;
  if (oldest > stuckAfterSeconds) return "failing";
  if (silent && dead > 0 && (health.waiting > 0 || last === null)) return "failing";
  if (dead > 0 || oldest > slowAfterSeconds) return "degraded";
  return health.delivered > 0 ? "healthy" : "quiet";
}

/** Whatever a record stands in, by its id: Shopify and the systems, by the names the merchant gave them. */
export function sideNames(
  systems: readonly { readonly id: string; readonly name: string }[],
): Readonly<Record<string, string>> {
  return {
    shopify: "Shopify",
    ...Object.fromEntries(systems.map((system) => [system.id, system.name])),
  };
}

/** The same of all stores of a group, as one of them calls them: another's system with its store. Pure. */
export function ownerNames(
  shop: string,
  systems: readonly { readonly id: string; readonly name: string; readonly shop: string }[],
): Readonly<Record<string, string>> {
  return sideNames(
    systems.map(({ id, name, shop: whose }) => ({
      id,
      name: whose === shop ? name : `${name} (${shopHandle(whose)})`,
    })),
  );
}

export const kindWords: Readonly<Record<SystemKind, string>> = {
  wms: "Warehouse (WMS)",
  erp: "ERP",
  crm: "CRM",
  pim: "Product information (PIM)",
  "3pl": "Fulfillment partner (3PL)",
  oms: "Order management (OMS)",
  loyalty: "Loyalty program",
  marketing: "Marketing",
  other: "Other",
};

export const sourceWords: Readonly<Record<EventSource, string>> = {
  webhook: "Webhook",
  poll: "Catch-up read",
  reconciliation: "Comparison",
  system: "Connected system",
  replay: "Replay",
};

/** What became of a webhook that a read was quicker than. */
export const missedStateWords: Readonly<Record<string, StatusWord | undefined>> = {
  waiting: {
    word: "Overdue",
    tone: "info",
    meaning: "The change was found and taken in; its webhook may still come.",
  },
  missed: {
    word: "Missed",
    tone: "caution",
    meaning: "Shopify never told; the change was found and taken in.",
  },
  late: {
    word: "Late",
    tone: "neutral",
    meaning: "Shopify told after the change was found.",
  },
};

/** How the subscription of a topic stands. */
export const subscriptionWords: Readonly<Record<SubscriptionState, StatusWord>> = {
  active: {
    word: "Active",
    tone: "success",
    meaning: "Nothing shows that Shopify would not tell.",
  },
  drifted: {
    word: "Drifted",
    tone: "caution",
    meaning: "Shopify tells, but not as the app's configuration says.",
  },
  missing: {
    word: "Missing",
    tone: "critical",
    meaning: "Changes happen, and Shopify has never told of one.",
  },
  removed: {
    word: "Removed",
    tone: "critical",
    meaning: "Shopify used to tell, and changes happen that it no longer tells of.",
  },
};

/** How a request of privacy law stands. */
export function privacyWord(
  { kind, doneAt, dueAt }: Pick<PrivacyRequestView, "kind" | "doneAt" | "dueAt">,
  nowMs: number,
): StatusWord {
  if (kind === "erase")
    return doneAt === null
      ? {
          word: "Erasing",
          tone: "info",
          meaning: "Under way; it ends when nothing is found any more.",
        }
      : { word: "Erased", tone: "success", meaning: "Nothing of the person is held any more." };
  if (doneAt !== null)
    return {
      word: "Downloaded",
      tone: "success",
      meaning: "Somebody took the data to hand it over.",
    };
  return nowMs > Date.parse(dueAt)
    ? { word: "Overdue", tone: "critical", meaning: "The thirty days of the law are over." }
    : { word: "To answer", tone: "caution", meaning: "The customer waits for their data." };
}

export { knownTopics, topicWord } from "./topic-words.ts";

/** How the outcomes of inbound events are called in charts, in the order they are stacked. */
export const outcomeWords: Readonly<Record<string, string>> = {
  applied: "Applied",
  superseded: "Superseded",
  ignored: "Ignored",
  duplicate: "Repeated",
  dead: "Dead-lettered",
};
