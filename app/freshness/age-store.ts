import type { DataDomain } from "#app/data-domains.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";

/** One kind of data in one place. */
export interface Place {
  readonly shop: string;
  readonly domain: DataDomain;
  /** Null: Converge itself. */
  readonly system: string | null;
}

/** What was seen of a place in one minute. At most 60 seconds of it are known. */
export interface SampledMinute extends Place {
  /** At worst. */
  readonly ageSeconds: number;
  readonly knownSeconds: number;
  readonly warnSeconds: number;
  readonly breachSeconds: number;
}

/** One hour of a place: 60 minutes each. */
export interface SampledHour {
  readonly domain: DataDomain;
  readonly system: string | null;
  readonly hourMs: number;
  readonly ages: readonly (number | null)[];
  readonly known: readonly (number | null)[];
  readonly breach: readonly (number | null)[];
}

/** Statements stay small in a flood of shops. */
const rowsAtOnce = 2_000;

/**
 * Writes down what was seen in one minute (its start, epoch milliseconds). What is on record of a
 * minute stays: written twice, or by two workers at once, it counts once.
 */
export async function addMinute(
  tx: Transaction,
  minuteMs: number,
  minutes: readonly SampledMinute[],
): Promise<void> {
  const place = new Date(minuteMs).getUTCMinutes() + 1;
  for (let from = 0; from < minutes.length; from += rowsAtOnce)
    await tx.query(addSql, [
      JSON.stringify(minutes.slice(from, from + rowsAtOnce)),
      new Date(minuteMs),
      place,
    ]);
}

const addSql = `
  INSERT INTO freshness_hours AS h (shop, domain, system_id, hour, ages, known, breach,
    known_seconds, warn_seconds, breach_seconds)
  SELECT shop, domain, coalesce(system, ''), date_trunc('hour', $2::timestamptz),
    array_fill(NULL::int, ARRAY[$3::int - 1]) || "ageSeconds"
      || array_fill(NULL::int, ARRAY[60 - $3::int]),
    array_fill(NULL::smallint, ARRAY[$3::int - 1]) || "knownSeconds"
      || array_fill(NULL::smallint, ARRAY[60 - $3::int]),
    array_fill(NULL::smallint, ARRAY[$3::int - 1]) || "breachSeconds"
      || array_fill(NULL::smallint, ARRAY[60 - $3::int]),
    "knownSeconds", "warnSeconds", "breachSeconds"
  FROM json_to_recordset($1::json) AS r (shop text, domain text, system text, "ageSeconds" int,
    "knownSeconds" smallint, "warnSeconds" int, "breachSeconds" smallint)
  ORDER BY 1, 2, 3
  ON CONFLICT (shop, domain, system_id, hour) DO UPDATE SET
    ages[$3] = excluded.ages[$3], known[$3] = excluded.known[$3],
    breach[$3] = excluded.breach[$3],
    known_seconds = h.known_seconds + excluded.known_seconds,
    warn_seconds = h.warn_seconds + excluded.warn_seconds,
    breach_seconds = h.breach_seconds + excluded.breach_seconds
  WHERE h.ages[$3] IS NULL`;

/** What a window of time adds up to. */
export interface WindowTotals {
  readonly knownSeconds: number;
  readonly breachSeconds: number;
}

/** The place's name in the maps of this room. */
export function placeKey(domain: string, system: string | null): string {
  return `${domain} ${system ?? ""}`;
}

/**
 * What is known of some places of a shop since the minute of a moment, each by its own window, by
 * `placeKey`. At most 2,160 entries of an index for each; only of the hour in which its window begins
 * are the minutes read (a store's midnight is half past the hour of UTC in India).
 */
export async function windowTotals(
  db: Queryable,
  shop: string,
  windows: readonly {
    readonly domain: string;
    readonly system: string | null;
    readonly fromMs: number;
  }[],
): Promise<Map<string, WindowTotals>> {
  const { rows } = await db.query<{
    domain: string;
    system_id: string;
    known: string;
    breach: string;
  }>(
    `SELECT w.domain, w.system_id, h.known, h.breach
     FROM json_to_recordset($2::json) AS w (domain text, system_id text, since timestamptz)
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(p.known), 0) AS known, coalesce(sum(p.breach), 0) AS breach FROM (
         SELECT known_seconds AS known, breach_seconds AS breach FROM freshness_hours
         WHERE shop = $1 AND domain = w.domain AND system_id = w.system_id AND hour >= w.since
         UNION ALL
         SELECT m.known, m.breach
         FROM freshness_hours f
         CROSS JOIN LATERAL unnest(f.known, f.breach) WITH ORDINALITY AS m (known, breach, place)
         WHERE f.shop = $1 AND f.domain = w.domain AND f.system_id = w.system_id
           AND f.hour = date_trunc('hour', w.since) AND f.hour < w.since
           AND m.place > extract(minute FROM w.since)) p) h`,
    [
      shop,
      JSON.stringify(
        windows.map(({ domain, system, fromMs }) => ({
          domain,
          system_id: system ?? "",
          since: new Date(fromMs).toISOString(),
        })),
      ),
    ],
  );
  return new Map(
    rows.map((row) => [
      placeKey(row.domain, row.system_id === "" ? null : row.system_id),
      { knownSeconds: Number(row.known), breachSeconds: Number(row.breach) },
    ]),
  );
}

interface HourRow {
  domain: DataDomain;
  system_id: string;
  hour: Date;
  ages: (number | null)[];
  known: (number | null)[];
  breach: (number | null)[];
}

/** The hours that [fromMs, toMs) touches, oldest first; of one place, or of all of a shop. */
export async function readHours(
  db: Queryable,
  shop: string,
  fromMs: number,
  toMs: number,
  only?: { readonly domain: string; readonly system: string | null },
): Promise<SampledHour[]> {
  const { rows } = await db.query<HourRow>(
    `SELECT domain, system_id, hour, ages, known, breach FROM freshness_hours
     WHERE shop = $1 AND hour >= date_trunc('hour', $2::timestamptz) AND hour < $3
       AND ($4::text IS NULL OR (domain = $4 AND system_id = $5))
     ORDER BY hour`,
    [
      shop,
      new Date(fromMs),
      new Date(toMs),
      only?.domain ?? null,
      only === undefined ? null : (only.system ?? ""),
    ],
  );
  return rows.map((row) => ({
    domain: row.domain,
    system: row.system_id === "" ? null : row.system_id,
    hourMs: row.hour.getTime(),
    ages: row.ages,
    known: row.known,
    breach: row.breach,
  }));
}
