import type { SubscriptionState } from "./types.ts";

/** A subscription made through the API. */
export interface ApiSubscription {
  readonly id: string;
  /** As in `orders/create`. */
  readonly topic: string;
  readonly uri: string;
  readonly name: string | null;
  readonly apiVersion: string;
}

/** What is known of one topic. Times in epoch milliseconds; null: never. */
export interface TopicFacts {
  readonly topic: string;
  /** Whether `shopify.app.toml` declares it. */
  readonly declared: boolean;
  /** Heard through what the app's file declares, not through a substitute. */
  readonly heardAtMs: number | null;
  /** When a poll last found a change of this topic that no notification had told. */
  readonly foundAtMs: number | null;
  /** The API version of the latest notification. */
  readonly heardVersion: string | null;
  readonly made: readonly ApiSubscription[];
  /** The declared one was silent at the last check already. */
  readonly wasSilent: boolean;
}

/** What is to be done by itself: it only helps, and is undone by itself. */
export type Remedy =
  | { readonly kind: "substitute"; readonly sinceMs: number }
  | { readonly kind: "withdraw"; readonly id: string };

/** What a check says of a topic. */
export interface TopicVerdict {
  readonly state: SubscriptionState;
  readonly problem: string | null;
  readonly remedy: Remedy | null;
  /** API-made subscriptions that a person may have deleted: they double, or lead elsewhere. */
  readonly surplus: readonly string[];
}

/** What is expected. */
export interface Wanted {
  readonly uri: string;
  readonly apiVersion: string;
  readonly nowMs: number;
  /** Since when the shop should have been telling. */
  readonly installedAtMs: number;
}

/** The name by which Converge knows its own substitutes. */
export const substitutePrefix = "converge-substitute-";

/** Shopify gathers updates for seconds and is late by minutes: only then is a notification lost. */
const graceMs = 10 * 60_000;

/**
 * How the subscription of one topic stands. Shopify does not list what the app's file declares, so the
 * only proof that it is gone is a change that a poll found and no notification told, once there was
 * time for it; a topic that is merely quiet is not broken. Pure.
 */
export function judgeTopic(facts: TopicFacts, wanted: Wanted): TopicVerdict {
  const substitute = facts.made.find((one) => isSubstitute(one));
  const others = facts.made.filter((one) => !isSubstitute(one));
  const surplus = others.map((one) => one.id);
  if (!facts.declared)
    return {
      ...drifted("Nobody needs this subscription: the app's file does not have it."),
      surplus,
    };
  const silent = isSilent(facts, wanted.nowMs);
  if (silent) return judgeSilent(facts, wanted, substitute, others);
  const remedy: Remedy | null = substitute ? { kind: "withdraw", id: substitute.id } : null;
  const problem =
    problemOf(others, wanted) ??
    (facts.heardVersion !== null && facts.heardVersion !== wanted.apiVersion
      ? `Its notifications are written in ${facts.heardVersion} instead of ${wanted.apiVersion}. Run: shopify app deploy`
      : null);
  return { state: problem === null ? "active" : "drifted", problem, remedy, surplus };
}

/** Whether Converge made it itself. Pure. */
export function isSubstitute({ name }: Pick<ApiSubscription, "name">): boolean {
  return name?.startsWith(substitutePrefix) ?? false;
}

function drifted(problem: string) {
  return { state: "drifted" as const, problem, remedy: null };
}

/**
 * A change was found that should have been told; once that is so, only a notification ends it, since
 * with a substitute in its place polls find nothing more.
 */
function isSilent({ heardAtMs, foundAtMs, wasSilent, made }: TopicFacts, nowMs: number): boolean {
  if (foundAtMs === null) return false;
  const told = heardAtMs !== null && heardAtMs >= foundAtMs - graceMs;
  if (told) return false;
  return wasSilent || made.some(isSubstitute) || nowMs - foundAtMs >= graceMs;
}

function judgeSilent(
  { topic, heardAtMs, made }: TopicFacts,
  { uri, installedAtMs }: Wanted,
  substitute: ApiSubscription | undefined,
  others: readonly ApiSubscription[],
): TopicVerdict {
  const state = heardAtMs === null ? "missing" : "removed";
  const problem =
    state === "missing"
      ? "Changes happen, but Shopify has never told of one. Run: shopify app deploy"
      : "Changes happen, but Shopify stopped telling of them. Run: shopify app deploy";
  const delivers = made.some((one) => one.uri === uri);
  // Shopify makes none of these through the API.
  const possible = topic !== "app/uninstalled" && topic !== "app/scopes_update";
  const stale = substitute && substitute.uri !== uri;
  return {
    state,
    problem,
    remedy: stale
      ? { kind: "withdraw", id: substitute.id }
      : !delivers && possible
        ? { kind: "substitute", sinceMs: heardAtMs ?? installedAtMs }
        : null,
    surplus: others.filter((one) => one.uri !== uri).map((one) => one.id),
  };
}

function problemOf(others: readonly ApiSubscription[], { uri, apiVersion }: Wanted): string | null {
  const [first] = others;
  if (!first) return null;
  if (first.uri !== uri) return `A subscription made through the API sends it to ${first.uri}.`;
  if (first.apiVersion !== apiVersion)
    return `A subscription made through the API sends it in ${first.apiVersion} instead of ${apiVersion}.`;
  return "It is subscribed to twice: by the app's file and through the API. Each change is told twice and counted once.";
}
