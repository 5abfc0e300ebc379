import type { Clock, Database } from "#app/db.server.ts";
import {
  countReceived,
  isExcluded,
  readExclusionsOf,
  sameTimeBefore,
} from "#app/freshness/index.server.ts";
import { requestPass } from "#app/polling/index.server.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ShopView } from "#app/shops/types.ts";
import { countChanges } from "./count-changes.ts";
import { isAgainstRhythm, weeksBack } from "./rhythm-rule.ts";
import { answersOf, endSilences, noteClear, noteSilence } from "./silence-store.ts";
import { readKnown } from "./standing-silences.ts";
import { isOver, type Stretch, unknownStretch } from "./stretch-rule.ts";
import { type WatchedTopic, watchedTopics } from "./watched-topics.ts";

/** What listening takes. */
export interface ListenDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly shopify: Pick<Shopify, "graphql">;
}

/** A topic of which nothing is known for a while. */
interface Quiet {
  readonly watched: WatchedTopic;
  readonly stretch: Stretch;
}

/**
 * Looks at the topics of a shop that are quiet. Only one whose silence is against its rhythm costs a
 * question, and only changes that Shopify has and nobody told are noted, as a silence; they are read
 * at once. While reads of Shopify are frequent and complete, nothing is unknown and nothing is asked.
 * Repeated or run twice at once it ends in the same state.
 */
export async function listenForSilence(deps: ListenDeps, shop: string): Promise<void> {
  const { db } = deps;
  const view = await getShop(db, shop);
  // Nothing can be asked of Shopify until the merchant opens the app.
  if (!view || view.reconnectNeededAt !== null) return;
  const quiet = await quietTopics(deps, view);
  const counts = await rhythmOf(deps, view, quiet);
  for (const [index, { watched, stretch }] of quiet.entries())
    if (isAgainstRhythm(counts[index] ?? [])) await ask(deps, shop, watched, stretch);
}

/** Topics of which nothing is known for a while, and which are not known to be silent already. */
async function quietTopics({ db, clock }: ListenDeps, view: ShopView): Promise<Quiet[]> {
  const { shop, timeZone } = view;
  const [answers, known, exclusions] = await Promise.all([
    answersOf(db, shop),
    readKnown(db, shop),
    readExclusionsOf(db, [shop]),
  ]);
  const answerOf = ({ topic }: WatchedTopic) => answers.find((answer) => answer.topic === topic);
  const stands = (watched: WatchedTopic) => {
    const silence = answerOf(watched)?.silence ?? null;
    return silence !== null && !isOver(silence, known(watched));
  };
  const silent = watchedTopics.filter(stands);
  const over = watchedTopics.filter(
    (watched) => !silent.includes(watched) && (answerOf(watched)?.silence ?? null) !== null,
  );
  if (over.length > 0)
    await endSilences(
      db,
      shop,
      over.map(({ topic }) => topic),
    );
  const rules = exclusions.get(shop) ?? [];
  return watchedTopics.flatMap((watched) => {
    if (silent.includes(watched)) return [];
    const since = {
      installedAtMs: Date.parse(view.installedAt),
      clearMs: answerOf(watched)?.clearMs ?? null,
    };
    const place = { domain: watched.domain, system: null };
    const stretch = unknownStretch(known(watched), since, clock.now(), (atMs) =>
      isExcluded(rules, place, atMs, timeZone),
    );
    return stretch === null ? [] : [{ watched, stretch }];
  });
}

/** What was heard in the same stretch of the last weeks, per quiet topic; null: the store was not there yet. */
async function rhythmOf(
  { db }: ListenDeps,
  view: ShopView,
  quiet: readonly Quiet[],
): Promise<(number | null)[][]> {
  const installedAtMs = Date.parse(view.installedAt);
  const stretches = quiet.flatMap(({ watched: { topic }, stretch }) =>
    Array.from({ length: weeksBack }, (_, week) => {
      const before = (ms: number) => sameTimeBefore(ms, (week + 1) * 7, view.timeZone);
      return { topic, fromMs: before(stretch.fromMs), toMs: before(stretch.toMs) };
    }),
  );
  const counts = await countReceived(db, view.shop, stretches);
  return quiet.map((_, index) =>
    stretches
      .map(({ fromMs }, at) => (fromMs < installedAtMs ? null : (counts[at] ?? 0)))
      .slice(index * weeksBack, (index + 1) * weeksBack),
  );
}

/** Asks Shopify, and has what it did not tell read from the last that is known on. */
async function ask(
  { db, shopify }: ListenDeps,
  shop: string,
  watched: WatchedTopic,
  stretch: Stretch,
): Promise<void> {
  const { topic, domain } = watched;
  const { fromMs: sinceMs, toMs: upToMs } = stretch;
  const changes = await countChanges(shopify, shop, watched, stretch);
  if (changes === 0) return noteClear(db, shop, topic, upToMs);
  await db.transaction(async (tx) => {
    await noteSilence(tx, shop, topic, { sinceMs, upToMs, changes });
    await requestPass(tx, shop, domain, new Date(sinceMs), `${topic} is silent`);
  });
}
