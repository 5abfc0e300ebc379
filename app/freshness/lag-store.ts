import type { Queryable, Transaction } from "#app/db.server.ts";
import { bucketOf, quantileOf } from "./lag-histogram.ts";
import type { DomainLag, LagStage } from "./types.ts";

/** How long one event spent in one stage. */
export interface LagSample {
  readonly shop: string;
  readonly domain: string;
  readonly stage: LagStage;
  /** Set for stages that belong to one system. */
  readonly systemId?: string;
  readonly lagMs: number;
}

/** Adds samples to this minute's histograms, in the transaction that made them true. */
export async function addLags(
  tx: Transaction,
  samples: readonly LagSample[],
  atMs: number,
): Promise<void> {
  if (samples.length === 0) return;
  const counts = new Map<string, Record<string, string | number>>();
  for (const sample of samples) {
    const bucket = bucketOf(sample.lagMs);
    const systemId = sample.systemId ?? "";
    const key = [sample.shop, sample.domain, sample.stage, systemId, String(bucket)].join(" ");
    const count = Number(counts.get(key)?.["count"] ?? 0) + 1;
    const { shop, domain, stage } = sample;
    counts.set(key, { shop, domain, stage, system_id: systemId, bucket, count });
  }
  const rows = [...counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await tx.query(
    `INSERT INTO lag_buckets AS l (shop, minute, domain, stage, system_id, bucket, count)
     SELECT shop, date_trunc('minute', $2::timestamptz), domain, stage, system_id, bucket, count
     FROM json_to_recordset($1::json)
       AS r (shop text, domain text, stage text, system_id text, bucket int, count int)
     ON CONFLICT (shop, domain, stage, system_id, minute, bucket)
       DO UPDATE SET count = l.count + excluded.count`,
    [JSON.stringify(rows), new Date(atMs)],
  );
}

/**
 * Total lag (change in Shopify to acknowledgement by a system) per domain, over [fromMs, toMs), with
 * `points` equal spans to draw. Domains without traffic are left out.
 */
export async function domainLags(
  db: Queryable,
  shop: string,
  fromMs: number,
  toMs: number,
  points: number,
): Promise<DomainLag[]> {
  const spanMs = (toMs - fromMs) / points;
  const { rows } = await db.query<{ domain: string; slot: number; bucket: number; count: string }>(
    `SELECT domain, bucket, sum(count) AS count,
            least($4 - 1, floor(extract(epoch FROM minute - $2::timestamptz) * 1000 / $5))::int AS slot
     FROM lag_buckets
     WHERE shop = $1 AND stage = 'total' AND minute >= $2 AND minute < $3
     GROUP BY domain, slot, bucket`,
    [shop, new Date(fromMs), new Date(toMs), points, spanMs],
  );
  const domains = new Map<string, { all: Map<number, number>; slots: Map<number, number>[] }>();
  for (const row of rows) {
    let lag = domains.get(row.domain);
    if (!lag) {
      lag = {
        all: new Map(),
        slots: Array.from({ length: points }, () => new Map<number, number>()),
      };
      domains.set(row.domain, lag);
    }
    for (const counts of [lag.all, lag.slots[Math.max(0, row.slot)]])
      counts?.set(row.bucket, (counts.get(row.bucket) ?? 0) + Number(row.count));
  }
  return [...domains.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([domain, lag]) => ({
      domain,
      total: {
        p50: seconds(lag.all, 0.5) ?? 0,
        p95: seconds(lag.all, 0.95) ?? 0,
        p99: seconds(lag.all, 0.99) ?? 0,
        count: countOf(lag.all),
      },
      series: lag.slots.map((counts, slot) => ({
        at: new Date(fromMs + slot * spanMs).toISOString(),
        p95Seconds: seconds(counts, 0.95),
        count: countOf(counts),
      })),
    }));
}

function seconds(counts: ReadonlyMap<number, number>, q: number): number | null {
  const ms = quantileOf(counts, q);
  return ms === null ? null : ms / 1000;
}

function countOf(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
