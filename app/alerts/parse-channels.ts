import { refusalOfUrl } from "#app/egress/index.server.ts";
import { type ChannelKind, type QuietHours, severities, type Severity } from "./types.ts";

/** A channel as somebody sent it; not checked yet. */
export interface SentChannel {
  readonly id?: string | null | undefined;
  readonly kind: ChannelKind;
  readonly name?: string | undefined;
  readonly to?: string | null | undefined;
  readonly url?: string | null | undefined;
  readonly severity?: Severity | undefined;
  readonly quietHours?: QuietHours | null | undefined;
}

/** A channel, checked. `url` null with an id: it keeps the one it has. */
export interface WantedChannel {
  readonly id: string | null;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly to: string | null;
  readonly url: string | null;
  readonly severity: Severity;
  readonly quietHours: QuietHours | null;
}

/** What is wrong with a field, and how to mend it. */
export interface ChannelError {
  /** `items[2].url` */
  readonly field: string;
  readonly message: string;
}

/** What of a channel is known besides what was sent. */
export interface KnownChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  /** As it is shown; sent back, it means "as it is". */
  readonly shownUrl: string | null;
}

/** What an installation can do. */
export interface ChannelLimits {
  readonly allowPrivate: boolean;
  /** SMTP_URL is set. */
  readonly canMail: boolean;
}

/** More would be told by nobody. */
export const mostChannels = 20;

const defaultNames: Readonly<Record<ChannelKind, string>> = {
  email: "E-mail",
  slack: "Slack",
  webhook: "Webhook",
  flow: "Shopify Flow",
};

/** Checks a whole list of channels against those there are. Pure. */
export function parseChannels(
  sent: readonly SentChannel[],
  known: readonly KnownChannel[],
  limits: ChannelLimits,
): { ok: true; channels: WantedChannel[] } | { ok: false; errors: ChannelError[] } {
  const errors: ChannelError[] = [];
  if (sent.length > mostChannels)
    errors.push({ field: "items", message: `At most ${String(mostChannels)} channels.` });
  if (sent.filter(({ kind }) => kind === "flow").length > 1)
    errors.push({ field: "items", message: "Shopify Flow can be in the list once." });
  const channels = sent.map((channel, index) => {
    const before = known.find(({ id }) => id === channel.id);
    const refuse = (field: string, message: string) =>
      errors.push({ field: `items[${String(index)}].${field}`, message });
    if (channel.id != null) checkId(channel, before, sent, refuse);
    checkQuiet(channel.quietHours, refuse);
    checkTarget(channel, before, limits, refuse);
    return wanted(channel, before);
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, channels };
}

type Refuse = (field: string, message: string) => void;

function checkId(
  channel: SentChannel,
  before: KnownChannel | undefined,
  sent: readonly SentChannel[],
  refuse: Refuse,
): void {
  if (!before) refuse("id", "There is no such channel. Leave the id out to make a new one.");
  else if (before.kind !== channel.kind)
    refuse("kind", "A channel keeps its kind. Make a new one and leave this one out.");
  if (sent.filter(({ id }) => id === channel.id).length > 1)
    refuse("id", "This channel is in the list twice.");
}

const clock = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

function checkQuiet(quiet: QuietHours | null | undefined, refuse: Refuse): void {
  if (!quiet) return;
  for (const field of ["from", "to"] as const)
    if (!clock.test(quiet[field]))
      refuse(`quietHours.${field}`, "Use a time like 22:00, in the store's time zone.");
  if (quiet.from === quiet.to)
    refuse("quietHours.to", "Quiet hours need an end that is not their start.");
}

/** One address, not a list; whether it exists shows the test message. */
const mailAddress = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/;

function checkTarget(
  { kind, to, url }: SentChannel,
  before: KnownChannel | undefined,
  limits: ChannelLimits,
  refuse: Refuse,
): void {
  if (kind === "email") {
    if (!limits.canMail)
      refuse("kind", "This installation cannot send mail: set SMTP_URL, or choose another way.");
    if (!mailAddress.test(to ?? "") || (to ?? "").length > 254)
      refuse("to", "Use one e-mail address, like ops@example.com.");
  }
  if (kind !== "slack" && kind !== "webhook") return;
  if (before && (url == null || url === before.shownUrl)) return;
  const refusal = refusalOfUrl(url ?? "", limits.allowPrivate);
  if (refusal !== null) refuse("url", refusal);
}

function wanted(channel: SentChannel, before: KnownChannel | undefined): WantedChannel {
  const { kind, to, url } = channel;
  const posts = kind === "slack" || kind === "webhook";
  const name = (channel.name ?? "").trim().slice(0, 60);
  return {
    id: before?.id ?? null,
    kind,
    name: name === "" ? defaultNames[kind] : name,
    to: kind === "email" ? (to ?? null) : null,
    url: posts && url != null && url !== before?.shownUrl ? url : null,
    severity: channel.severity ?? severities[0],
    quietHours: channel.quietHours ?? null,
  };
}
