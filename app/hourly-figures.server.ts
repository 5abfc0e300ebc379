import type { Database, Transaction } from "./db.server.ts";

/**
 * Figures of minutes, added up to whole hours, so that a month on a page costs what a day does. The
 * statements name their room's tables, hence they stand in its store.
 */
export interface HourlyFigures {
  /** Locks and reads the one row that says until when hours are added up (`until`). */
  readonly place: string;
  /** The oldest minute there is. */
  readonly oldest: string;
  /** Adds up the hours of [$1, $2); done twice, it comes to the same. */
  readonly addUp: string;
  /** Writes down that hours are added up until $1. */
  readonly done: string;
  /** Hours of one transaction. */
  readonly hoursAtOnce: number;
}

/** A minute's figures are complete so long after it: what takes longer to commit is given up before. */
const settledAfterMs = 15 * 60_000;

/**
 * Adds up what is complete. Begun twice or killed in between, each hour is added up once; workers that
 * come at the same time wait for each other.
 */
export async function addUpHours(
  db: Database,
  figures: HourlyFigures,
  nowMs: number,
): Promise<void> {
  while (await db.transaction((tx) => addUpSome(tx, figures, nowMs)));
}

async function addUpSome(
  tx: Transaction,
  { place, oldest, addUp, done, hoursAtOnce }: HourlyFigures,
  nowMs: number,
): Promise<boolean> {
  const { rows } = await tx.query<{ from: Date; to: Date }>(
    `WITH place AS (${place}),
     begin AS (SELECT CASE WHEN until > 'epoch' THEN until ELSE coalesce(
         date_trunc('hour', (${oldest})), date_trunc('hour', $1::timestamptz))
       END AS at FROM place)
     SELECT at AS "from",
       least(date_trunc('hour', $1::timestamptz), at + interval '1 hour' * $2) AS "to"
     FROM begin`,
    [new Date(nowMs - settledAfterMs), hoursAtOnce],
  );
  const [span] = rows;
  if (!span || span.to <= span.from) return false;
  await tx.query(addUp, [span.from, span.to]);
  await tx.query(done, [span.to]);
  return true;
}
