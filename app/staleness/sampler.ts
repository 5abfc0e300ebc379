import { randomUUID } from "node:crypto";
import type { Clock, Database } from "#app/db.server.ts";
import {
  addMinute,
  claimSampling,
  isExcluded,
  noteBreaches,
  releaseSampling,
  type SeenBreach,
  stateOf,
} from "#app/freshness/index.server.ts";
import type { Logger } from "#app/observability/index.server.ts";
import { listInstalledShops } from "#app/shops/index.server.ts";
import { sentenceOf } from "./explain-staleness.ts";
import { type Flow, gatherFlows } from "./gather-flows.ts";
import { createMinuteBook, type MinuteBook, type Sample } from "./minute-book.ts";
import { stalenessOf } from "./staleness-rule.ts";
import { countOf, countUnfinished } from "./count-unfinished.ts";

/** What sampling takes. */
export interface SamplerDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Between two looks. */
const everyMs = 10_000;
/** What a look found holds for no longer than this. */
const longestMs = 30_000;

/**
 * Keeps the history of staleness: looks at every flow of every shop every ten seconds and writes each
 * minute down when it is over. One worker does it for the installation; while none does, nothing is
 * known of that time, which is not the same as good.
 */
export function createSampler(deps: SamplerDeps): { stop(): Promise<void> } {
  const look = createLook(deps);
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking
      .then(() => look.once())
      .catch((error: unknown) => {
        deps.log.warn({ err: error }, "staleness was not looked at; it is in ten seconds");
      });
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
      await releaseSampling(deps.db, look.leaseId).catch(() => undefined);
    },
  };
}

/** One worker's looks, from the first to the last. */
export function createLook(deps: SamplerDeps): { readonly leaseId: string; once(): Promise<void> } {
  const leaseId = randomUUID();
  let book: MinuteBook | null = null;
  return {
    leaseId,
    once: async () => {
      if (!(await claimSampling(deps.db, leaseId))) {
        book = null;
        return;
      }
      book ??= createMinuteBook(longestMs);
      await lookOnce(deps, book);
    },
  };
}

interface Seen {
  readonly flow: Flow;
  readonly sample: Sample;
}

async function lookOnce({ db, clock }: SamplerDeps, book: MinuteBook): Promise<void> {
  const shops = await listInstalledShops(db);
  const flows = await gatherFlows(db, shops);
  const nowMs = clock.now();
  const seen = flows.map((flow) => lookAt(flow, nowMs));
  const finished = book.add(
    seen.map(({ sample }) => sample),
    nowMs,
  );
  const breaches = await breachesAmong(db, seen, nowMs);
  await db.transaction(async (tx) => {
    for (const { minuteMs, minutes } of finished) await addMinute(tx, minuteMs, minutes);
    await noteBreaches(tx, nowMs, breaches);
  });
}

function lookAt(flow: Flow, nowMs: number): Seen {
  const system = flow.system?.id ?? null;
  const ageSeconds = Math.round(stalenessOf(flow.evidence, nowMs).stalenessMs / 1_000);
  const state = stateOf(ageSeconds, flow.sla);
  const place = { shop: flow.shop.shop, domain: flow.domain, system };
  const excluded = isExcluded(flow.exclusions, place, nowMs, flow.shop.timeZone);
  return { flow, sample: { ...place, ageSeconds, state, excluded } };
}

async function breachesAmong(
  db: Database,
  seen: readonly Seen[],
  nowMs: number,
): Promise<SeenBreach[]> {
  const over = seen.filter(({ sample }) => sample.state === "breach" && !sample.excluded);
  const counts = await countUnfinished(
    db,
    over.map(({ flow }) => flow),
  );
  return over.map(({ flow, sample }) => {
    const staleness = stalenessOf(flow.evidence, nowMs);
    return {
      shop: sample.shop,
      domain: sample.domain,
      system: sample.system,
      ageSeconds: sample.ageSeconds,
      heldUpBy: staleness.heldUpBy,
      sentence: sentenceOf(flow, staleness, countOf(counts, flow)),
      eventId: staleness.oldest?.eventId ?? null,
    };
  });
}
