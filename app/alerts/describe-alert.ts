import { domainWord } from "#app/data-domains.ts";
import { type HoldUp, holdUps } from "#app/freshness/types.ts";
import type { AlertDetail, AlertKind } from "./types.ts";

/** An alert in a merchant's words: what is wrong, what to do, and where. */
export interface AlertWords {
  readonly summary: string;
  readonly advice: string;
  readonly place: { readonly content: string; readonly to: string };
}

/** What a description is made from. */
export interface Described {
  readonly kind: AlertKind;
  readonly subject: string;
  readonly domain: string | null;
  readonly systemId: string | null;
  readonly detail: AlertDetail;
}

/** The sentences of an alert: the same in the app, in mails and in messages. Pure. */
export function describeAlert(alert: Described): AlertWords {
  return describers[alert.kind](alert);
}

const text = (value: AlertDetail[string] | undefined, otherwise: string) =>
  value === undefined || value === null || value === "" ? otherwise : String(value);

const number = (value: AlertDetail[string] | undefined) => (typeof value === "number" ? value : 0);

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

/** A time as people say it: "40 s", "4 min", "3 h", "2 days". */
function span(seconds: number): string {
  if (seconds < 100) return `${String(Math.round(seconds))} s`;
  if (seconds < 100 * 60) return `${String(Math.round(seconds / 60))} min`;
  if (seconds < 48 * 3600) return `${String(Math.round(seconds / 3600))} h`;
  return `${String(Math.round(seconds / 86_400))} days`;
}

const nameOf = ({ detail }: Described) => text(detail["name"], "A removed system");
const systemPlace = ({ systemId }: Described) => ({
  content: "View system",
  to: systemId === null ? "/app/systems" : `/app/systems/${systemId}`,
});
const freshnessPlace = ({ domain, systemId }: Described) => ({
  content: "View freshness",
  to: `/app/freshness/${domain ?? ""}/${encodeURIComponent(systemId ?? "converge")}`,
});

function flow(alert: Described): string {
  const domain = alert.domain === null ? "Data" : domainWord(alert.domain);
  return alert.systemId === null ? domain : `${domain} in ${nameOf(alert)}`;
}

/** A breach goes on until the data is fresh again: on the way there it is younger than was agreed. */
function behind(alert: Described, limit: "warnAfterSeconds" | "breachAfterSeconds"): string {
  const age = number(alert.detail["stalenessSeconds"]);
  const agreed = number(alert.detail[limit]);
  return age > agreed
    ? `${flow(alert)}: ${span(age)} behind; at most ${span(agreed)} was agreed.`
    : `${flow(alert)}: behind by more than the agreed ${span(agreed)}, and not caught up yet (${span(age)}).`;
}

const describers: Readonly<Record<AlertKind, (alert: Described) => AlertWords>> = {
  sla_warn: (alert) => ({
    summary: behind(alert, "warnAfterSeconds"),
    advice: `${heldUp(alert)}The target still holds; look at what waits before it does not.`,
    place: freshnessPlace(alert),
  }),
  sla_breach: (alert) => ({
    summary: behind(alert, "breachAfterSeconds"),
    advice: `${heldUp(alert)}The error budget shrinks until the oldest change has arrived.`,
    place: freshnessPlace(alert),
  }),
  sla_burn: (alert) => ({
    summary: `${flow(alert)}: the error budget is used ${String(
      Math.round(number(alert.detail["burn"])),
    )} times too fast.`,
    advice: leftOf(alert),
    place: freshnessPlace(alert),
  }),
  dead_letters: (alert) => {
    const count = counted(number(alert.detail["count"]), "change");
    if (alert.systemId === null)
      return {
        summary: `${counted(
          number(alert.detail["count"]),
          "message",
        )} from Shopify could not be read.`,
        advice: "Look at the events; replay them after an update of Converge, or discard them.",
        place: { content: "View events", to: "/app/events?status=dead" },
      };
    return {
      summary: `${count} could not be delivered to ${nameOf(alert)}.`,
      advice: "See why, mend it in the system, then press Replay. Nothing is lost until then.",
      place: {
        content: "View dead letters",
        to: `/app/dead-letters?system=${encodeURIComponent(alert.systemId)}`,
      },
    };
  },
  oldest_job: (alert) => ({
    summary: `${nameOf(alert)}: a change has waited for ${span(
      number(alert.detail["oldestSeconds"]),
    )}.`,
    advice: "See what the system answers. Converge goes on trying meanwhile.",
    place: systemPlace(alert),
  }),
  subscription: ({ subject, detail }) => subscriptionWords(subject, detail),
  silence: ({ domain, detail }) => ({
    summary:
      `Shopify has told nothing of ${text(detail["topic"], "your changes")} for ` +
      `${span(number(detail["quietSeconds"]))}, far longer than usual, and changes happened.`,
    advice:
      `Converge reads ${
        domain === null ? "them" : domainWord(domain).toLowerCase()
      } from Shopify now. ` +
      "If it does not end by itself, check that the store and Converge can be reached.",
    place: { content: "View webhook health", to: "/app/webhook-health" },
  }),
  reconnect: () => ({
    summary: "Converge lost its access to your store.",
    advice: "Open Converge in the Shopify admin once. What waited is then caught up on.",
    place: { content: "View store", to: "/app/store" },
  }),
  discrepancies: ({ detail }) => ({
    summary: `${counted(
      number(detail["open"]),
      "record differs",
      "records differ",
    )} between Shopify and their owner; usual are ${String(number(detail["usual"]))}.`,
    advice: "See what they have in common: often one import or one setting is behind all of them.",
    place: { content: "View discrepancies", to: "/app/discrepancies" },
  }),
  system_failing: (alert) => ({
    summary: `${nameOf(alert)} does not answer; ${counted(
      number(alert.detail["waiting"]),
      "change waits",
      "changes wait",
    )} for it.`,
    advice: "Ask whoever runs it. Converge goes on by itself once the system answers.",
    place: systemPlace(alert),
  }),
  system_disabled: (alert) => ({
    summary: `Nothing is sent to ${nameOf(alert)} any more. ${text(
      alert.detail["reason"],
      "",
    )}`.trim(),
    advice: "Its changes are kept. Mend its address, then resume it.",
    place: systemPlace(alert),
  }),
  order_holds: ({ detail }) => ({
    summary: `${counted(
      number(detail["count"]),
      "order is on hold and waits",
      "orders are on hold and wait",
    )} for your decision.`,
    advice: "A system refused, or did not answer in time. Release what may be shipped.",
    place: { content: "View order holds", to: "/app/order-holds" },
  }),
};

/** What is in the way, as a sentence before another one. */
function heldUp(alert: Described): string {
  const system = alert.systemId === null ? "A system" : nameOf(alert);
  const sentences: Readonly<Record<HoldUp, string>> = {
    processing: "Changes wait to be processed.",
    queued: `Changes wait to be sent to ${system}.`,
    retrying: `${system} did not take a change; it is tried again.`,
    circuit_open: `${system} does not answer; its changes wait.`,
    paused: `${system} is paused; its changes wait.`,
    disabled: `${system} was switched off; its changes wait.`,
    dead: "A change was given up and waits for a person.",
    poll_overdue: "Shopify could not be read lately.",
    never_read: "Shopify was not read yet.",
  };
  const why = holdUps.find((one) => one === alert.detail["heldUpBy"]);
  return why === undefined ? "" : `${sentences[why]} `;
}

function leftOf({ detail }: Described): string {
  const left = detail["budgetLeftSeconds"];
  if (typeof left === "number" && left > 0)
    return `At this rate it is gone in ${span(left)}. See which changes used most of it.`;
  return "It is used up. See which changes used most of it.";
}

function subscriptionWords(topic: string, detail: AlertDetail): AlertWords {
  const place = { content: "View webhook health", to: "/app/webhook-health" };
  const covered =
    detail["substituted"] === 1
      ? "A substitute delivers meanwhile."
      : "Changes are found by reading meanwhile, later than usual.";
  if (detail["state"] === "drifted")
    return {
      summary: `The ${topic} subscription is not as the app's configuration says.`,
      advice: "Shopify still tells. Repair it when you have a moment.",
      place,
    };
  const happened = detail["state"] === "removed" ? "no longer tells" : "has never told";
  return {
    summary: `Shopify ${happened} of ${topic}, and changes happen.`,
    advice: `${covered} Repair the subscription.`,
    place,
  };
}
