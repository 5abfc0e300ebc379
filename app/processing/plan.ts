import type { FoundDiscrepancy } from "#app/discrepancies/index.server.ts";
import type { EventToProcess, Settlement } from "#app/events/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import type {
  KnownResource,
  NewChange,
  ResourceMove,
  WriteEcho,
} from "#app/mirror/index.server.ts";
import type { OwnershipRule } from "#app/ownership/types.ts";
import type { AppliedOrder, PooledLevel } from "./process-events.ts";
import type { EventMeaning } from "./read-changes.ts";

/** An event and what it tells. */
export interface Understood {
  readonly event: EventToProcess;
  readonly meaning: EventMeaning;
}

type State = Readonly<Record<string, unknown>>;

/** What is known before a run of events is decided on. Keys: `type id`. */
export interface Knowledge {
  /** Moves along while the run is planned: the next event is held against the one before. */
  readonly known: Map<string, KnownResource>;
  /** Opened, only where a rule or a comparison needs them; moves along too. */
  readonly states: Map<string, State>;
  readonly skus: ReadonlyMap<string, string>;
  readonly rules: ReadonlyMap<string, OwnershipRule>;
  readonly echoes: readonly WriteEcho[];
  /** The customer metafield of loyalty points, where a system owns or hears of them; else null. */
  readonly metafield: string | null;
  /** By id: until when what is said of a record, or of what belongs to it, is erased. Epoch ms. */
  readonly erasures: ReadonlyMap<string, number>;
  /** Stock levels of pools, by gid. */
  readonly pooled: ReadonlyMap<string, PooledLevel>;
  /** Correlation ids that belong to a sale, a return or a shipment. */
  readonly commerce: ReadonlySet<string>;
}

/** Everything a run of events changes, gathered before anything is written. */
export interface Plan {
  readonly changes: NewChange[];
  readonly moves: Map<string, ResourceMove>;
  /** Stock counted again: the version stays. */
  readonly recounts: Map<string, { readonly type: string; readonly id: string; state: Buffer }>;
  readonly settlements: Settlement[];
  readonly discrepancies: FoundDiscrepancy[];
  readonly writes: JobPayload<"write-back">[];
  /** By key: one read answers every question about a resource. */
  readonly confirms: Map<string, { payload: JobPayload<"confirm-resource">; afterSeconds: number }>;
  /** Words about pools. */
  readonly pools: JobPayload<"set-pool">[];
  /** Levels of pools of which something was heard that is not counted, by gid. */
  readonly counts: Map<
    string,
    { payload: JobPayload<"count-pool-level">; readonly lowers: boolean }
  >;
  /** Pools a store has yet to show, by pool. */
  readonly links: Map<string, JobPayload<"link-store">>;
  /** Orders that are applied, by gid, as they are told last. */
  readonly orders: Map<string, AppliedOrder>;
  readonly heard: WriteEcho[];
  /** Ids of events that something newer had overtaken. */
  readonly outOfOrder: Set<string>;
  /** Events about a person whose data was erased: their bodies go. */
  readonly erased: string[];
  /**
   * When any of the locked resources was moved last. What is moved now is dated after it, though
   * that worker's clock be ahead of ours: delivery tells versions of one stamp apart by this date.
   */
  readonly lastAppliedAtMs: number;
}

/** A plan that changes nothing yet of what is known. */
export function emptyPlan(known: ReadonlyMap<string, KnownResource>): Plan {
  return {
    lastAppliedAtMs: Math.max(-Infinity, ...[...known.values()].map((one) => one.appliedAtMs)),
    changes: [],
    moves: new Map(),
    recounts: new Map(),
    settlements: [],
    discrepancies: [],
    writes: [],
    confirms: new Map(),
    pools: [],
    counts: new Map(),
    links: new Map(),
    orders: new Map(),
    heard: [],
    outOfOrder: new Set(),
    erased: [],
  };
}
