import type { NoticeKind } from "./plan-incidents.ts";
import type { AlertView } from "./types.ts";

/** One alert as a message tells it. */
export interface ToldAlert {
  /** What happened to it; test: nothing is wrong, somebody tries a channel. */
  readonly what: NoticeKind | "test";
  readonly alert: AlertView;
}

/** What a message is made for. */
export interface MessageFrame {
  readonly shop: string;
  readonly apiKey: string;
  readonly timeZone: string | null;
}

/** A message for people. */
export interface Message {
  readonly subject: string;
  readonly entries: readonly {
    /** "New · critical" */
    readonly heading: string;
    readonly summary: string;
    /** When, and what to do. */
    readonly lines: readonly string[];
    readonly link: { readonly content: string; readonly url: string };
  }[];
}

const words: Readonly<Record<ToldAlert["what"], string>> = {
  opened: "New",
  worse: "Got worse",
  reminded: "Still there",
  closed: "Over",
  test: "Test",
};

/** A screen of Converge as an address that works in a mail. */
export function linkTo({ shop, apiKey }: MessageFrame, path: string): string {
  return `https://${shop}/admin/apps/${apiKey}${path}`;
}

/**
 * Several things about one alert become its last one; what goes on and was not told before is new, however
 * bad it became meanwhile. What is critical and goes on stands first. Pure.
 */
export function gatherTold(told: readonly ToldAlert[]): ToldAlert[] {
  const last = new Map<string, ToldAlert>();
  for (const one of told) {
    const before = last.get(one.alert.id);
    const isNews = before?.what === "opened" && one.what !== "closed";
    last.set(one.alert.id, isNews ? { ...one, what: "opened" } : one);
  }
  const order = ({ what, alert }: ToldAlert) =>
    (what === "closed" ? 2 : 0) + (alert.severity === "critical" ? 0 : 1);
  return [...last.values()].sort((a, b) => order(a) - order(b));
}

/** One message for everything that is to be told. Pure. */
export function composeMessage(frame: MessageFrame, told: readonly ToldAlert[]): Message {
  const gathered = gatherTold(told);
  return {
    subject: subjectOf(gathered),
    entries: gathered.map(({ what, alert }) => {
      const severity = what === "closed" || what === "test" ? [] : [alert.severity];
      return {
        heading: [words[what], ...severity].join(" · "),
        summary: oneLine(alert.summary),
        lines:
          what === "closed" ? [overLine(frame, alert)] : [sinceLine(frame, alert), alert.advice],
        link: { content: alert.place.content, url: linkTo(frame, alert.place.to) },
      };
    }),
  };
}

function subjectOf(told: readonly ToldAlert[]): string {
  const [first] = told;
  if (told.length === 1 && first) {
    const prefix = first.what === "opened" ? "" : `${words[first.what]}: `;
    return `[Converge] ${prefix}${oneLine(first.alert.summary)}`.slice(0, 150);
  }
  const over = told.filter(({ what }) => what === "closed").length;
  const open = told.length - over;
  const parts = [open > 0 ? `${String(open)} open` : "", over > 0 ? `${String(over)} over` : ""];
  return `[Converge] ${String(told.length)} alerts: ${parts.filter(Boolean).join(", ")}`;
}

/** Names of systems are a merchant's own text: no line of theirs becomes a line of the message. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
}

function sinceLine(frame: MessageFrame, { openedAt }: AlertView): string {
  return `Since ${timeOf(frame, openedAt)}.`;
}

function overLine(frame: MessageFrame, { openedAt, closedAt }: AlertView): string {
  const end = closedAt === null ? "" : ` to ${timeOf(frame, closedAt)}`;
  return `From ${timeOf(frame, openedAt)}${end}.`;
}

function timeOf({ timeZone }: MessageFrame, at: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: timeZone ?? "UTC",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  }).format(Date.parse(at));
}

/** A message as plain text. Pure. */
export function asText({ entries }: Message): string {
  return entries
    .map(({ heading, summary, lines, link }) =>
      [heading, summary, ...lines, `${link.content}: ${link.url}`].join("\n"),
    )
    .join("\n\n");
}

/** A message in Slack's own markup, for a body `{ text }`. https://docs.slack.dev/messaging/formatting-message-text */
export function asSlackText({ entries }: Message): string {
  const escape = (text: string) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return entries
    .map(({ heading, summary, lines, link }) =>
      [
        `*${escape(heading)}* ${escape(summary)}`,
        ...lines.map(escape),
        `<${link.url}|${escape(link.content)}>`,
      ].join("\n"),
    )
    .join("\n\n");
}
