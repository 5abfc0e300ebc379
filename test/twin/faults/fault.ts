/** What switches of faults are made of. */
export type FaultGroup =
  | "Webhooks"
  | "Reads"
  | "Writes"
  | "Limits and outages"
  | "Bulk operations"
  | "Tokens and clocks";

/** percent: share of the cases; switch: on or off; the others are amounts, 0 being off. */
export type FaultUnit = "percent" | "switch" | "ms" | "seconds" | "count";

/** A switch, as people and the API see it. */
export type Fault = {
  group: FaultGroup;
  unit: FaultUnit;
  label: string;
  hint: string;
  /** Of amounts. */
  max?: number;
  /** Of amounts that go both ways. */
  min?: number;
};
