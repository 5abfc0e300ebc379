/** A chart's window is cut into equal spans, its slots: the arithmetic they all share. Pure. */

/** Placeholders (`$3`) of a window's start, of a slot's milliseconds and of how many there are. */
export interface SlotParameters {
  readonly from: string;
  readonly slotMs: string;
  readonly points: string;
}

/**
 * SQL: the number, from 0, of the slot that an instant (an SQL expression) falls into; what lies outside
 * the window is counted to its first or last one. `date_part` answers with a float, exact to a
 * microsecond for thousands of years; the arithmetic on numerics that `extract` begins takes thrice as
 * long (https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-EXTRACT).
 */
export function slotOf(instant: string, { from, slotMs, points }: SlotParameters): string {
  const sinceSeconds = `date_part('epoch', ${instant}) - date_part('epoch', ${from}::timestamptz)`;
  return `greatest(0, least(${points} - 1, floor((${sinceSeconds}) * 1000 / ${slotMs}::float8)))::int`;
}

const hourMs = 3_600_000;

/** Whether figures of whole hours can be told apart by such slots. */
export function isOfHours(fromMs: number, slotMs: number): boolean {
  return fromMs % hourMs === 0 && slotMs % hourMs === 0;
}
