import type { Clock, Database } from "#app/db.server.ts";
import type { ReadsDeps } from "#app/intake/index.server.ts";
import { learnLocations } from "#app/mirror/index.server.ts";
import type { Logger } from "#app/observability/index.server.ts";
import { type AnswerFacts, type Shopify, withPriority } from "#app/shopify/index.server.ts";
import { beginPass, endOf, nextProgress, pageRequest } from "./pass-steps.ts";
import { writeCertificate } from "./certificate-store.ts";
import { type ClaimedFeed, finishPass, type PassProgress, saveProgress } from "./feed-store.ts";
import { type PassClient, readPage, readScopes } from "./read-page.ts";
import { takeInPage } from "./take-in-page.ts";

/** What a pass takes. */
export interface PassDeps extends ReadsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly shopify: Pick<Shopify, "graphql">;
  readonly log: Logger;
  /** 0 to 1, for passes of many shops to drift apart. */
  readonly random: () => number;
}

/** How a pass ended: complete, or handed over since its claim was somebody else's by then. */
export type PassOutcome = "complete" | "lost";

/**
 * Runs the claimed pass to its end, from where an earlier process left it. After every page its
 * place is on record: killed at any moment, the pass goes on with the page that was not recorded,
 * and what that page had brought already is known. The watermark moves when all was read, not before.
 * @throws every error of the Shopify client; the place on record stays.
 */
export async function runPass(
  deps: PassDeps,
  claim: ClaimedFeed,
  stopping: AbortSignal,
): Promise<PassOutcome> {
  const answers = listenTo(deps);
  let progress = claim.progress ?? (await begin(deps, claim, answers));
  while (progress.scopeAt < progress.scopes.length) {
    stopping.throwIfAborted();
    progress = await onePage(deps, claim, answers, progress);
    if (!(await saveProgress(deps.db, claim, progress))) return "lost";
  }
  return finish(deps, claim, answers, progress);
}

/** The client of a pass, and what its answers said. */
interface Answers extends PassClient {
  /**
   * What time it was in Shopify at the first answer since the last call, how far its clock was ahead of
   * ours then, and the points since.
   */
  take(): { readonly atMs: number; readonly aheadMs: number; readonly points: number };
  readonly restoreRate: () => number | null;
}

function listenTo(deps: PassDeps): Answers {
  let first: { readonly atMs: number; readonly aheadMs: number } | null = null;
  let points = 0;
  let restoreRate: number | null = null;
  return {
    graphql: withPriority(deps.shopify.graphql, "polling"),
    onAnswer: (facts: AnswerFacts) => {
      // By our clock now: a question may have waited long for its turn.
      if (facts.atMs !== null)
        first ??= { atMs: facts.atMs, aheadMs: facts.atMs - deps.clock.now() };
      points += facts.points ?? 0;
      restoreRate = facts.restoreRate ?? restoreRate;
    },
    take: () => {
      // Shopify always says what time it is; a proxy that takes it away leaves us our own clock.
      const taken = { ...(first ?? { atMs: deps.clock.now(), aheadMs: 0 }), points };
      first = null;
      points = 0;
      return taken;
    },
    restoreRate: () => restoreRate,
  };
}

async function begin(deps: PassDeps, claim: ClaimedFeed, answers: Answers): Promise<PassProgress> {
  const startedAtMs = deps.clock.now();
  const read = await readScopes(claim.feed, answers, claim.shop);
  const scopes = read.map(({ id }) => id);
  const asked = scopes.length !== 1 || scopes[0] !== "";
  if (asked) await learnLocations(deps.db, claim.shop, read);
  const { atMs, points } = answers.take();
  return beginPass(deps.db, claim, {
    startedAtMs,
    scopes,
    // Only an answer tells the time in Shopify; feeds of one scope learn it from their first page.
    toMs: asked ? atMs : null,
    points,
  });
}

async function onePage(
  deps: PassDeps,
  claim: ClaimedFeed,
  answers: Answers,
  progress: PassProgress,
): Promise<PassProgress> {
  const readAtMs = deps.clock.now();
  const page = await readPage(claim.feed, answers, pageRequest(claim, progress));
  const { atMs, aheadMs, points } = answers.take();
  const at = { readAtMs, shopifyNowMs: atMs, aheadMs };
  const taken = await takeInPage(
    deps,
    claim,
    { ...progress, toMs: progress.toMs ?? atMs },
    page,
    at,
  );
  return nextProgress(progress, page, { ...taken, points, shopifyNowMs: atMs });
}

async function finish(
  deps: PassDeps,
  claim: ClaimedFeed,
  answers: Answers,
  progress: PassProgress,
): Promise<PassOutcome> {
  const completedAtMs = deps.clock.now();
  const { end, certificate } = endOf(claim, progress, {
    completedAtMs,
    restoreRate: answers.restoreRate(),
    random: deps.random(),
  });
  return deps.db.transaction(async (tx) => {
    const number = await finishPass(tx, claim, progress, end);
    if (number === null) return "lost";
    await writeCertificate(tx, claim.shop, { ...certificate, number });
    return "complete";
  });
}
