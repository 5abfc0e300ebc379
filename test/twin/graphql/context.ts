import type { GraphQLResolveInfo } from "graphql";
import type { Change } from "../commerce/change.ts";
import type { FaultSettings } from "../faults/fault-table.ts";
import type { Random } from "../state/random.ts";
import type { Store } from "../state/model.ts";
import type { AppToml, TwinConfig } from "../types.ts";
import type { BulkRunner } from "../bulk/bulk-runner.ts";
import type { IdempotencyBook } from "./idempotency.ts";

export type Args = Record<string, unknown>;

/** What `extensions.search` says about a query whose terms were not understood. */
export type SearchNotice = {
  path: (string | number)[];
  query: string;
  parsed: unknown;
  warnings: { field: string; message: string; code: string }[];
};

/** Everything a resolver may use; one per request. */
export type GraphContext = {
  store: Store;
  config: TwinConfig;
  toml: AppToml;
  /** Granted, with `read_x` added for every `write_x`. */
  scopes: ReadonlySet<string>;
  nowMs: number;
  searchLagMs: number;
  /** What lagging totals and lagging levels show is as old as this moment. */
  totalsAtMs: number;
  levelsAtMs: number;
  faults: FaultSettings;
  random: Random;
  searchNotices: SearchNotice[];
  idempotency: IdempotencyBook;
  bulk: BulkRunner;
  /** How long idempotent mutations take, so that two with one key can meet. */
  mutationLatencyMs: number;
  /** For what Shopify would show in the admin only, as the triggers of its Flow app. */
  log(line: string): void;
  /** Runs a change of the store; its webhooks leave when `act` has returned. */
  perform<T>(act: (change: Change) => T): T;
};

export type FieldFn<Source> = (
  source: Source,
  args: Args,
  context: GraphContext,
  info: GraphQLResolveInfo,
) => unknown;

/** The fields of one GraphQL type that need more than reading a property. */
export type TypeResolvers = { name: string; fields: Record<string, FieldFn<unknown>> };

/** Declares resolvers of a type whose sources are `Source`s. */
export function defineType<Source>(
  name: string,
  fields: Record<string, FieldFn<Source>>,
): TypeResolvers {
  // The executor hands each type the sources its parents returned for it.
  return { name, fields: fields as Record<string, FieldFn<unknown>> };
}
