import type { Queryable } from "#app/db.server.ts";
import { meanPoints, readCertificates } from "./certificate-store.ts";
import { readFeeds } from "./feed-store.ts";
import { readMissed } from "./missed-store.ts";
import { feeds, type PollHealth } from "./types.ts";

const certificatesShown = 20;
const missedShown = 20;

/** What polling does for a shop, what it found, and what it costs; the same few rows at any age. */
export async function readPollHealth(db: Queryable, shop: string): Promise<PollHealth> {
  const [states, points, certificates, missed] = await Promise.all([
    readFeeds(db, shop),
    meanPoints(db, shop),
    readCertificates(db, shop, certificatesShown),
    readMissed(db, shop, missedShown),
  ]);
  const restoreRate = Math.max(0, ...states.map((state) => state.restoreRate ?? 0));
  return {
    feeds: feeds.flatMap((feed) => {
      const state = states.find((one) => one.feed === feed);
      if (!state) return [];
      const { everySeconds, running, problem, completedAt } = state;
      const perPass = points.get(feed);
      return {
        feed,
        everySeconds,
        running,
        problem,
        lastCompleteAt: completedAt?.toISOString() ?? null,
        pointsPerHour: perPass === undefined ? null : Math.ceil((perPass * 3600) / everySeconds),
      };
    }),
    budgetPerHour: restoreRate === 0 ? null : restoreRate * 3600,
    certificates,
    missed: missed.map(({ changedAt, foundAt, webhookAt, ...row }) => ({
      ...row,
      changedAt: changedAt.toISOString(),
      foundAt: foundAt.toISOString(),
      webhookAt: webhookAt?.toISOString() ?? null,
    })),
  };
}
