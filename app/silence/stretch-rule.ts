import { classicTopicOf, type Heartbeat } from "#app/events/index.server.ts";
import type { WatchedTopic } from "./watched-topics.ts";
import type { Silence } from "./types.ts";

const minuteMs = 60_000;

/** Shopify gathers updates for seconds and is late by minutes: only then is it silent. */
export const graceMs = 10 * minuteMs;
/** A shorter stretch says nothing. */
const leastStretchMs = 10 * minuteMs;
/** Of a longer one, the end says enough. */
const longestStretchMs = 24 * 60 * minuteMs;
/** How finely the times are looked at that count for nothing. */
const exclusionStepMs = 10 * minuteMs;

/** A stretch of time. Epoch milliseconds. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is known of a topic. Times in epoch milliseconds. */
export interface KnownUntil {
  /** When it was heard of last, by itself or by one that tells the same; null: never. */
  readonly heardMs: number | null;
  /** When a read last found a change of this topic that was not told; null: never. */
  readonly foundMs: number | null;
  /** Up to when reads of Shopify are complete; null: none was. */
  readonly readMs: number | null;
}

/** What signs of life and complete reads say of a topic. Pure. */
export function knownUntil(
  watched: WatchedTopic,
  beats: readonly Pick<Heartbeat, "topic" | "way" | "lastAt" | "appliedAt">[],
  readMs: number | null,
): KnownUntil {
  const tells = [watched.topic, ...watched.alsoToldBy];
  const named = beats.map((beat) => ({ ...beat, classic: classicTopicOf(beat.topic) }));
  const heard = named.filter(({ way, classic }) => way !== "poll" && tells.includes(classic));
  const found = named.filter(({ way, classic }) => way === "poll" && classic === watched.topic);
  return {
    heardMs: latest(heard.map(({ lastAt }) => lastAt)),
    foundMs: latest(found.flatMap(({ appliedAt }) => appliedAt ?? [])),
    readMs,
  };
}

function latest(instants: readonly Date[]): number | null {
  return instants.length === 0 ? null : Math.max(...instants.map((at) => at.getTime()));
}

/**
 * The stretch of which nothing is known: since the topic was heard of, Shopify was read, or Shopify
 * said that nothing had happened (`clearMs`), less what a notification may take; null: none that is
 * worth a look. What counts for nothing (quiet hours, maintenance) is no part of it. Pure.
 */
export function unknownStretch(
  { heardMs, readMs }: KnownUntil,
  since: { readonly installedAtMs: number; readonly clearMs: number | null },
  nowMs: number,
  excluded: (atMs: number) => boolean,
): Stretch | null {
  const toMs = nowMs - graceMs;
  let fromMs = Math.max(
    since.installedAtMs,
    since.clearMs ?? 0,
    heardMs ?? 0,
    readMs ?? 0,
    toMs - longestStretchMs,
  );
  for (let atMs = fromMs; atMs < toMs; atMs += exclusionStepMs)
    if (excluded(atMs)) fromMs = atMs + exclusionStepMs;
  return excluded(nowMs) || toMs - fromMs < leastStretchMs ? null : { fromMs, toMs };
}

/**
 * Whether a silence is over: the topic is heard of again, or everything that was counted has been read
 * and was not news. What a read did find goes on until the topic is heard, or until its subscription
 * is known to be gone, which another alert tells. Pure.
 */
export function isOver(
  { sinceMs, upToMs }: Pick<Silence, "sinceMs" | "upToMs">,
  { heardMs, foundMs, readMs }: KnownUntil,
): boolean {
  if (heardMs !== null && heardMs > sinceMs) return true;
  const found = foundMs !== null && foundMs > upToMs;
  return readMs !== null && readMs >= upToMs && !found;
}
