import type { FormError } from "#app/ui/kit/toast.ts";

/** `acknowledge`: somebody looks after it; `ignore`: nobody needs to; `reopen`: somebody has to. */
const issueDecisions = ["acknowledge", "ignore", "reopen"] as const;
export type IssueDecision = (typeof issueDecisions)[number];

/** What to do with a replay that is under way. */
const replayDecisions = ["pause", "resume", "cancel"] as const;
export type ReplayDecision = (typeof replayDecisions)[number];

/** What a person asked to do with dead letters. */
export type DeadLetterRequest =
  | { readonly intent: "replay"; readonly ids: readonly string[] }
  | { readonly intent: "replay-all" | "preview"; readonly systemId: string | null }
  | { readonly intent: "steer"; readonly decision: ReplayDecision; readonly replayId: string }
  | { readonly intent: "issue"; readonly decision: IssueDecision; readonly issueId: string }
  | { readonly intent: "discard"; readonly ids: readonly string[]; readonly reason: string };

/** Dead letters read at a time. */
export const rowsPerPage = 50;

/** The longest reason that is kept. */
export const longestReason = 200;

type Read =
  | { readonly ok: true; readonly request: DeadLetterRequest }
  | { readonly ok: false; readonly errors: FormError[] };

/** Reads the form, or says what is missing. Pure. */
export function readRequest(form: FormData): Read {
  const intent = form.get("intent");
  switch (intent) {
    case "preview":
    case "replay-all": {
      const system = form.get("system");
      const systemId = typeof system === "string" && system !== "" ? system : null;
      return { ok: true, request: { intent, systemId } };
    }
    case "steer":
      return readSteering(form);
    case "issue":
      return readIssue(form);
    case "replay":
    case "discard":
      return readLetters(form, intent);
    default:
      return refuse("", "Converge does not know this action. Reload the page and try again.");
  }
}

function readSteering(form: FormData): Read {
  const replayId = form.get("replay");
  const decision = replayDecisions.find((item) => item === form.get("decision"));
  if (typeof replayId !== "string") return refuse("", "Choose a replay.");
  if (!decision) return refuse("", "Say what to do with the replay: pause, resume or cancel.");
  return { ok: true, request: { intent: "steer", decision, replayId } };
}

function readIssue(form: FormData): Read {
  const issueId = form.get("issue");
  const decision = issueDecisions.find((item) => item === form.get("decision"));
  if (typeof issueId !== "string") return refuse("", "Choose an issue.");
  if (!decision) return refuse("", "Say what to do with the issue: acknowledge, ignore or reopen.");
  return { ok: true, request: { intent: "issue", decision, issueId } };
}

function readLetters(form: FormData, intent: "replay" | "discard"): Read {
  const ids = form.getAll("id").filter((id) => typeof id === "string");
  if (ids.length === 0) return refuse("", "Choose at least one dead letter.");
  if (intent === "replay") return { ok: true, request: { intent, ids } };
  const reason = form.get("reason");
  const text = typeof reason === "string" ? reason.trim() : "";
  if (text === "") return refuse("reason", "Say why, so that others understand it later.");
  if (text.length > longestReason)
    return refuse("reason", `Use at most ${String(longestReason)} characters.`);
  return { ok: true, request: { intent, ids, reason: text } };
}

function refuse(field: string, message: string): Read {
  return { ok: false, errors: [{ field, message }] };
}
