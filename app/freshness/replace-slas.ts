import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { deleteExclusionsOf } from "./exclusion-store.ts";
import { parseSlas } from "./parse-slas.ts";
import { deleteSlasOf, lockSlas, readSlas, writeSlas } from "./sla-store.ts";
import type { FreshnessSla, SlaError } from "./types.ts";

/** What replacing SLAs takes. */
export interface SlaDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** The systems connected to a shop, read in the transaction that writes the SLAs. */
  readonly systemsOf: (
    tx: Transaction,
    shop: string,
  ) => Promise<readonly { readonly id: string }[]>;
}

/** What came of a change to the SLAs of a shop. */
export type SlasChange =
  | { readonly ok: true; readonly slas: FreshnessSla[] }
  | { readonly ok: false; readonly errors: SlaError[] };

/**
 * Replaces the SLAs of a shop, all at once or not at all. Of two at the same time the later one
 * stands whole; one for a system that is being disconnected meanwhile is refused or goes with it.
 */
export async function replaceSlas(
  deps: SlaDeps,
  shop: string,
  actor: string,
  items: unknown,
): Promise<SlasChange> {
  return deps.db.transaction((tx) => replaceSlasIn(tx, deps, shop, actor, items));
}

/** The same in a transaction of the caller's, who takes it back when there are errors. */
export async function replaceSlasIn(
  tx: Transaction,
  deps: Pick<SlaDeps, "clock" | "systemsOf">,
  shop: string,
  actor: string,
  items: unknown,
): Promise<SlasChange> {
  await lockSlas(tx, shop);
  const systems = await deps.systemsOf(tx, shop);
  const parsed = parseSlas(items, new Set(systems.map((system) => system.id)));
  if (!parsed.ok) return parsed;
  await writeSlas(tx, shop, parsed.slas, deps.clock.now());
  const slas = await readSlas(tx, shop);
  await recordAudit(tx, {
    shop,
    actor,
    action: "freshness.replaced",
    subject: "freshness-slas",
    detail: { slas },
  });
  return { ok: true, slas };
}

/** A system that is gone has no SLA and no exclusion, in the transaction that disconnects it. */
export async function dropSlasOfSystem(
  tx: Transaction,
  shop: string,
  systemId: string,
): Promise<void> {
  await lockSlas(tx, shop);
  await deleteSlasOf(tx, shop, systemId);
  await deleteExclusionsOf(tx, shop, systemId);
}
