import type { SentChannel } from "#app/alerts/index.server.ts";
import { type ChannelKind, channelKinds, severities, type Severity } from "#app/alerts/types.ts";
import type { FormError } from "#app/ui/kit/toast.ts";

/** Alerts read at a time. */
export const rowsPerPage = 50;

/** For how long an alert can be put off. Minutes. */
export const snoozes = [
  { label: "For an hour", minutes: 60 },
  { label: "Until tomorrow", minutes: 24 * 60 },
  { label: "For a week", minutes: 7 * 24 * 60 },
] as const;

/** A channel as it is typed. */
export interface ChannelDraft {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly to: string;
  readonly url: string;
  readonly severity: Severity;
  readonly quiet: "yes" | "no";
  readonly from: string;
  readonly until: string;
}

export const emptyDraft: ChannelDraft = {
  kind: "email",
  name: "",
  to: "",
  url: "",
  severity: "caution",
  quiet: "no",
  from: "22:00",
  until: "07:00",
};

/** What a person asks for on the screen. */
export type AlertsRequest =
  | { readonly intent: "acknowledge"; readonly id: string }
  | { readonly intent: "snooze"; readonly id: string; readonly minutes: number }
  | { readonly intent: "test" | "remove"; readonly id: string }
  | { readonly intent: "add"; readonly channel: SentChannel };

/** Reads the form, or says what is wrong. Whether a channel's address will do is the room's to say. Pure. */
export function readAlertsRequest(
  form: FormData,
): { ok: true; request: AlertsRequest } | { ok: false; errors: FormError[] } {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const id = text("id");
  const minutes = Number(text("minutes"));
  const intent = text("intent");
  if (intent === "add") return { ok: true, request: { intent, channel: channelOf(text) } };
  if (id !== "" && (intent === "acknowledge" || intent === "test" || intent === "remove"))
    return { ok: true, request: { intent, id } };
  if (id !== "" && intent === "snooze" && snoozes.some((one) => one.minutes === minutes))
    return { ok: true, request: { intent, id, minutes } };
  const message = "Converge does not know this action. Reload the page and try again.";
  return { ok: false, errors: [{ field: "", message }] };
}

function channelOf(text: (name: keyof ChannelDraft) => string): SentChannel {
  return {
    kind: channelKinds.find((kind) => kind === text("kind")) ?? "email",
    name: text("name"),
    to: text("to"),
    url: text("url"),
    severity: severities.find((one) => one === text("severity")) ?? "caution",
    quietHours: text("quiet") === "yes" ? { from: text("from"), to: text("until") } : null,
  };
}
