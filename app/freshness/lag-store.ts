import type { Counters } from "#app/observability/index.server.ts";
import { dataDomains } from "#app/data-domains.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";
import { isOfHours, slotOf } from "#app/time-slots.ts";
import { bucketOf, quantileOf } from "./lag-histogram.ts";
import { type DomainLag, type LagStage, lagStages, type StageLag } from "./types.ts";

/** How long one event spent in one stage. */
export interface LagSample {
  readonly shop: string;
  readonly domain: string;
  readonly stage: LagStage;
  /** Set for stages that belong to one system. */
  readonly systemId?: string;
  readonly lagMs: number;
}

/** The same for the installation's metrics, once the samples are true. */
export function countLags(
  counters: Pick<Counters, "observe">,
  samples: readonly LagSample[],
): void {
  for (const { domain, stage, lagMs } of samples)
    counters.observe("converge_lag_seconds", { domain, stage }, lagMs / 1_000);
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

/** Events by bucket, as JSON has them. */
type Histogram = Readonly<Record<string, number>>;

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
  const inSlot = { from: "$2", slotMs: "$5", points: "$4" };
  const { rows } = await db.query<{ domain: string; slot: number; counts: Histogram }>(
    `WITH rolled AS MATERIALIZED (
       SELECT CASE WHEN $6 THEN greatest($2, max(until)) ELSE $2 END AS until FROM lag_hours_until)
     SELECT d.domain, h.slot, h.counts FROM unnest($7::text[]) AS d (domain) CROSS JOIN LATERAL (
       SELECT ${slotOf("hour", inSlot)} AS slot, counts FROM lag_hours
       WHERE shop = $1 AND domain = d.domain AND stage = 'total'
         AND hour >= $2 AND hour < least($3, (SELECT until FROM rolled))
       UNION ALL
       SELECT slot, json_object_agg(bucket, count) FROM (
         SELECT ${slotOf("minute", inSlot)} AS slot, bucket, sum(count) AS count FROM lag_buckets
         WHERE shop = $1 AND domain = d.domain AND stage = 'total'
           AND minute >= (SELECT until FROM rolled) AND minute < $3
         GROUP BY 1, 2) AS minutes
       GROUP BY slot) AS h`,
    [
      shop,
      new Date(fromMs),
      new Date(toMs),
      points,
      spanMs,
      isOfHours(fromMs, spanMs),
      dataDomains,
    ],
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
    addTo(lag.all, row.counts);
    addTo(lag.slots[row.slot], row.counts);
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

/** Without a whole hour that is added up, `hours` is empty and begins where the window does. */
const stageLagsSql = `
  WITH whole AS (
    SELECT date_trunc('minute', $5::timestamptz) AS start,
      date_trunc('hour', $5::timestamptz + interval '1 hour' - interval '1 microsecond') AS "from",
      least(date_trunc('hour', $6::timestamptz), max(until)) AS "to"
    FROM lag_hours_until),
  hours AS MATERIALIZED (
    SELECT start, CASE WHEN "to" > "from" THEN "from" ELSE start END AS "from",
      CASE WHEN "to" > "from" THEN "to" ELSE start END AS "to"
    FROM whole)
  SELECT s.stage, h.counts
  FROM unnest($2::text[]) AS d (domain), unnest($3::text[]) AS s (stage), LATERAL (
    SELECT counts FROM lag_hours
    WHERE shop = $1 AND domain = d.domain AND stage = s.stage
      AND ($4::text IS NULL OR system_id IN ('', $4))
      AND hour >= (SELECT "from" FROM hours) AND hour < (SELECT "to" FROM hours)
    UNION ALL
    SELECT json_object_agg(bucket, count) FROM (
      SELECT bucket, sum(count) AS count FROM (
        SELECT bucket, count, system_id FROM lag_buckets
        WHERE shop = $1 AND domain = d.domain AND stage = s.stage
          AND minute >= (SELECT start FROM hours) AND minute < least($6, (SELECT "from" FROM hours))
        UNION ALL
        SELECT bucket, count, system_id FROM lag_buckets
        WHERE shop = $1 AND domain = d.domain AND stage = s.stage
          AND minute >= (SELECT "to" FROM hours) AND minute < $6) AS edges
      WHERE $4::text IS NULL OR system_id IN ('', $4)
      GROUP BY bucket) AS minutes
    HAVING count(*) > 0) AS h`;

/** Which lags are asked for; what is left out is any. */
export interface LagQuery {
  readonly domain?: string | undefined;
  /** A system's id; the stages before delivery are the same for all systems. */
  readonly system?: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Lag per stage over the minutes that [fromMs, toMs) touches. Whole hours within it are read as such,
 * as far as they are added up: a year costs what its hours do, and no history costs more.
 */
export async function stageLags(
  db: Queryable,
  shop: string,
  query: LagQuery,
): Promise<Readonly<Record<LagStage, StageLag>>> {
  const { rows } = await db.query<{ stage: LagStage; counts: Histogram }>(stageLagsSql, [
    shop,
    query.domain === undefined ? dataDomains : [query.domain],
    lagStages,
    query.system ?? null,
    new Date(query.fromMs),
    new Date(query.toMs),
  ]);
  const lagOf = (stage: LagStage): StageLag => {
    const counts = new Map<number, number>();
    for (const row of rows) if (row.stage === stage) addTo(counts, row.counts);
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => seconds(counts, q));
    return { p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null, count: countOf(counts) };
  };
  return Object.fromEntries(lagStages.map((stage) => [stage, lagOf(stage)])) as Record<
    LagStage,
    StageLag
  >;
}

function addTo(sum: Map<number, number> | undefined, counts: Histogram): void {
  for (const [key, count] of Object.entries(counts)) {
    const bucket = Number(key);
    sum?.set(bucket, (sum.get(bucket) ?? 0) + count);
  }
}

function seconds(counts: ReadonlyMap<number, number>, q: number): number | null {
  const ms = quantileOf(counts, q);
  return ms === null ? null : ms / 1000;
}

function countOf(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
