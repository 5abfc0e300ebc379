import type { Queryable } from "#app/db.server.ts";
import { heartbeatsOf } from "#app/events/index.server.ts";
import { desiredTopics } from "./desired-topics.ts";
import { substitutePrefix } from "./judge-topic.ts";
import { topicStatesOf } from "./topic-state-store.ts";
import type { TopicView } from "./types.ts";

const worstFirst: readonly TopicView["state"][] = ["removed", "missing", "drifted", "active"];

/** Every topic of a shop as the last check found it, the worst first. */
export async function listTopics(db: Queryable, shop: string): Promise<TopicView[]> {
  const [states, beats] = await Promise.all([topicStatesOf(db, shop), heartbeatsOf(db, shop)]);
  const views = states.map((stored): TopicView => {
    const heard = beats.filter((beat) => beat.topic === stored.topic && beat.way !== "poll");
    const newest = heard.toSorted((a, b) => b.lastAt.getTime() - a.lastAt.getTime())[0];
    return {
      topic: stored.topic,
      state: stored.state,
      problem: stored.problem,
      since: stored.since.toISOString(),
      checkedAt: stored.checkedAt.toISOString(),
      did: stored.did,
      didAt: stored.didAt?.toISOString() ?? null,
      lastHeardAt: newest?.lastAt.toISOString() ?? null,
      apiVersion: newest?.apiVersion ?? null,
      declared: desiredTopics.includes(stored.topic),
      made: stored.made,
      substituted: stored.substituteId !== null,
      surplus: stored.surplus,
      ways: heard.map((beat) =>
        beat.subscription.startsWith(substitutePrefix) ? "substitute" : beat.way,
      ),
    };
  });
  return views.sort((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state));
}
