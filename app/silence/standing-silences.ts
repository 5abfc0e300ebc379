import type { Queryable } from "#app/db.server.ts";
import { heartbeatsOf } from "#app/events/index.server.ts";
import { lastPasses } from "#app/polling/index.server.ts";
import { feedOf } from "#app/polling/types.ts";
import { answersOf } from "./silence-store.ts";
import { isOver, type KnownUntil, knownUntil } from "./stretch-rule.ts";
import type { Silence } from "./types.ts";
import { type WatchedTopic, watchedTopics } from "./watched-topics.ts";

/** The silences of a shop that go on; a few rows, and a few more only while there is one. */
export async function standingSilences(db: Queryable, shop: string): Promise<Silence[]> {
  const answers = (await answersOf(db, shop)).filter(({ silence }) => silence !== null);
  if (answers.length === 0) return [];
  const known = await readKnown(db, shop);
  return watchedTopics.flatMap((watched) => {
    const { topic, domain } = watched;
    const silence = answers.find((answer) => answer.topic === topic)?.silence;
    return silence && !isOver(silence, known(watched)) ? [{ topic, domain, ...silence }] : [];
  });
}

/** What is known of the topics of a shop. */
export async function readKnown(
  db: Queryable,
  shop: string,
): Promise<(watched: WatchedTopic) => KnownUntil> {
  const [beats, passes] = await Promise.all([heartbeatsOf(db, shop), lastPasses(db, [shop])]);
  return (watched) =>
    knownUntil(
      watched,
      beats,
      passes.find(({ feed }) => feed === feedOf[watched.domain])?.toMs ?? null,
    );
}
