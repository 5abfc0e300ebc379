/**
 * Whose turn it is when a shop's API budget is short, the most urgent first: a system's write, the
 * read that settles what is true, the catch-up, the full comparison.
 */
export type Priority = "write-back" | "confirm" | "polling" | "reconciliation";

/**
 * The part of a shop's bucket that work of each priority leaves to more urgent work: it may draw the
 * bucket down to there, and waits while there is less.
 */
export const keptForMoreUrgent: Readonly<Record<Priority, number>> = {
  "write-back": 0,
  confirm: 0.1,
  polling: 0.3,
  reconciliation: 0.5,
};
