import type { Clock, Database } from "#app/db.server.ts";
import { type Heartbeat, heartbeatsOf, ruleOf } from "#app/events/index.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { requestPass } from "#app/polling/index.server.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { compareTransports } from "./compare-transports.ts";
import { createSubstitute, deleteSubscription, listSubscriptions } from "./api-subscriptions.ts";
import { desiredApiVersion, desiredTopics } from "./desired-topics.ts";
import {
  type ApiSubscription,
  isSubstitute,
  judgeTopic,
  substitutePrefix,
  type TopicFacts,
  type TopicVerdict,
} from "./judge-topic.ts";
import { noteDeed, saveTopicStates, topicStatesOf } from "./topic-state-store.ts";

/** What a check takes. */
export interface CheckDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly shopify: Pick<Shopify, "graphql">;
  /** Where notifications are to be sent: `https://.../webhooks`. */
  readonly webhookUri: string;
}

/**
 * Holds what the app's file declares against what is: API-made subscriptions as Shopify lists them,
 * declared ones by what is heard of them. A silent one gets a substitute through the API, which goes
 * again when the declared one is heard: both at once do no harm, since a delivery id counts once and
 * a version moves the mirror once. Repeated or run twice at once it ends in the same state. Returns
 * the topics whose state is not `active`.
 */
export async function checkSubscriptions(deps: CheckDeps, shop: string): Promise<string[]> {
  const { db } = deps;
  const view = await getShop(db, shop);
  // Nothing can be asked of Shopify until the merchant opens the app; the next check will.
  if (!view || view.reconnectNeededAt !== null) return [];
  await compareTransports(deps, shop);
  const verdicts = await judgeAll(deps, shop, Date.parse(view.installedAt));
  const found = [...verdicts].map(([topic, { state, problem, made, surplus }]) => ({
    topic,
    state,
    problem,
    made: made.map((one) => ({
      uri: one.uri,
      apiVersion: one.apiVersion,
      substitute: isSubstitute(one),
    })),
    surplus: surplus.length,
  }));
  await saveTopicStates(db, shop, found, deps.clock.now());
  for (const [topic, verdict] of verdicts) await applyRemedy(deps, shop, topic, verdict);
  return found.filter((one) => one.state !== "active").map((one) => one.topic);
}

/** What is to be said of a topic, and which subscriptions of it were made through the API. */
export type JudgedTopic = TopicVerdict & Pick<TopicFacts, "made">;

/** What is to be said of every topic of a shop, declared or subscribed to through the API. */
export async function judgeAll(
  deps: CheckDeps,
  shop: string,
  installedAtMs: number,
): Promise<Map<string, JudgedTopic>> {
  const made = await listSubscriptions(deps.shopify, shop, desiredTopics);
  const beats = await heartbeatsOf(deps.db, shop);
  const before = new Map((await topicStatesOf(deps.db, shop)).map((one) => [one.topic, one]));
  const topics = [...new Set([...desiredTopics, ...made.map((one) => one.topic)])];
  const wanted = {
    uri: deps.webhookUri,
    apiVersion: desiredApiVersion,
    nowMs: deps.clock.now(),
    installedAtMs,
  };
  return new Map(
    topics.map((topic) => {
      const state = before.get(topic)?.state;
      const wasSilent = state === "missing" || state === "removed";
      const facts = factsOf(topic, made, beats, wasSilent);
      return [topic, { ...judgeTopic(facts, wanted), made: facts.made }];
    }),
  );
}

function factsOf(
  topic: string,
  made: readonly ApiSubscription[],
  beats: readonly Heartbeat[],
  wasSilent: boolean,
): TopicFacts {
  const mine = beats.filter((beat) => beat.topic === topic);
  const heard = mine.filter((beat) => beat.way !== "poll");
  const fromFile = heard.filter((beat) => !beat.subscription.startsWith(substitutePrefix));
  const polls = mine.filter((beat) => beat.way === "poll");
  const newest = heard.toSorted((a, b) => b.lastAt.getTime() - a.lastAt.getTime())[0];
  return {
    topic,
    declared: desiredTopics.includes(topic),
    heardAtMs: latest(fromFile.map((beat) => beat.lastAt)),
    foundAtMs: latest(polls.flatMap((beat) => beat.appliedAt ?? [])),
    heardVersion: newest?.apiVersion ?? null,
    made: made.filter((one) => one.topic === topic),
    wasSilent,
  };
}

function latest(instants: readonly Date[]): number | null {
  return instants.length === 0 ? null : Math.max(...instants.map((at) => at.getTime()));
}

/** Does what helps without anybody being asked, and notes it where the merchant sees it. */
async function applyRemedy(
  deps: CheckDeps,
  shop: string,
  topic: string,
  { remedy }: TopicVerdict,
): Promise<void> {
  if (remedy === null) return;
  if (remedy.kind === "withdraw") {
    await deleteSubscription(deps.shopify, shop, remedy.id);
    const did = "The declared subscription is heard again: the substitute was removed.";
    return note(deps, shop, topic, { action: "subscription.withdrawn", did, substituteId: null });
  }
  const made = await createSubstitute(deps.shopify, shop, topic, deps.webhookUri);
  if ("refusal" in made) {
    const did = `Shopify refused a substitute: ${made.refusal}`;
    return note(deps, shop, topic, { action: "subscription.refused", did, substituteId: null });
  }
  const did =
    "A substitute was made through the API, until the declared subscription is heard again.";
  return note(deps, shop, topic, {
    action: "subscription.substituted",
    did,
    substituteId: made.id,
    sinceMs: remedy.sinceMs,
  });
}

async function note(
  { db, clock }: CheckDeps,
  shop: string,
  topic: string,
  deed: {
    readonly action: string;
    readonly did: string;
    readonly substituteId: string | null;
    /** Since when nothing was told: that hole is read again. */
    readonly sinceMs?: number | null;
  },
): Promise<void> {
  const { action, did, substituteId, sinceMs = null } = deed;
  const rule = ruleOf(topic);
  await db.transaction(async (tx) => {
    await noteDeed(tx, shop, topic, { did, substituteId, atMs: clock.now() });
    if (sinceMs !== null && rule.kind === "change")
      await requestPass(tx, shop, rule.domain, new Date(sinceMs), `${topic} was not told`);
    await recordAudit(tx, { shop, actor: "converge", action, subject: topic });
  });
}
