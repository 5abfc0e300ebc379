import type { Queryable } from "#app/db.server.ts";
import { parseLossless, stringifyLossless } from "#app/events/index.server.ts";
import {
  compareVersions,
  knownResources,
  type KnownResource,
  statePurpose,
  statesOf,
} from "#app/mirror/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { comparableOf, sameFields } from "./fields-of.ts";
import { readChanges, type ResourceChange } from "./read-changes.ts";

/** A resource as it was read, in the words of a topic. */
export interface SiftedRead {
  readonly topic: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly version: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How a read stands to what is known. */
export interface ReadStanding {
  /** Against the version known; "unseen" when nothing is known of it. */
  readonly version: "unseen" | "newer" | "same" | "older";
  /** It says something else than what is known, in the words both have; true where nothing is known. */
  readonly differs: boolean;
  /** When what is known was applied, by our clock; null when nothing is. */
  readonly appliedAtMs: number | null;
}

/**
 * Holds what was read against the mirror, in two statements for any number of reads, by the same
 * words that decide about changes. Nothing is locked and nothing changes: what is no news need not
 * walk the corridor. In the order of the reads.
 */
export async function siftReads(
  deps: { readonly db: Queryable; readonly vault: Pick<Vault, "open"> },
  shop: string,
  reads: readonly SiftedRead[],
): Promise<ReadStanding[]> {
  const told = reads.map((read) => {
    const event = { topic: read.topic, source: "poll" as const, resourceId: read.resource.id };
    return readChanges(event, stringifyLossless(read.body)).changes;
  });
  const known = await knownResources(deps.db, shop, told.flat().map(keyOf));
  const standings = reads.map((read, index) => {
    const resource = known.get(`${read.resource.type} ${read.resource.id}`);
    return { read, changes: told[index] ?? [], resource, version: standing(read, resource) };
  });
  const wanted = standings.flatMap((item) => (isOpenQuestion(item.version) ? item.changes : []));
  const sealed = await statesOf(deps.db, shop, wanted.map(keyOf));
  const stateOf = (change: ResourceChange) => {
    const { type, id } = keyOf(change);
    const state = sealed.get(`${type} ${id}`);
    if (state === undefined) return undefined;
    const text = deps.vault.open(state, statePurpose(shop, type, id)).toString("utf8");
    return parseLossless(text) as Readonly<Record<string, unknown>>;
  };
  return standings.map(({ changes, resource, version }) => ({
    version,
    differs:
      version === "unseen" ||
      (isOpenQuestion(version) &&
        (resource?.deleted === true || changes.some((change) => differs(change, stateOf(change))))),
    appliedAtMs: resource?.appliedAtMs ?? null,
  }));
}

function keyOf(change: ResourceChange): { type: string; id: string } {
  return { type: change.resourceType, id: change.resourceId };
}

function isOpenQuestion(version: ReadStanding["version"]): boolean {
  return version === "newer" || version === "same";
}

function standing(read: SiftedRead, known: KnownResource | undefined): ReadStanding["version"] {
  // A placeholder of somebody who is about to apply the first version.
  if (known === undefined || known.versionAtMs === -Infinity) return "unseen";
  return compareVersions({ versionAtMs: Date.parse(read.version), triggeredAtMs: null }, known);
}

/** What came along and is unknown (a variant nobody told us of) is news as well. */
function differs(
  change: ResourceChange,
  state: Readonly<Record<string, unknown>> | undefined,
): boolean {
  if (state === undefined) return true;
  const { resourceType, data } = change;
  return !sameFields(comparableOf(resourceType, state), comparableOf(resourceType, data));
}
