import { recordAudit } from "#app/observability/index.server.ts";
import type { DataDomain } from "#app/data-domains.ts";
import { parseSlas } from "./parse-slas.ts";
import type { SlaDeps } from "./replace-slas.ts";
import { deleteSla, lockSlas, readSlas, writeSla } from "./sla-store.ts";
import type { FreshnessSla, SlaError } from "./types.ts";

/**
 * Changes the SLA of one kind of data, for the store (`system` null) or for one system, and leaves the
 * others as they are, also those somebody else changes at the same time. `sla` null gives it up: the
 * store's holds for the system again, or the default for the store. Errors are named as in a list of one.
 */
export async function changeSla(
  deps: SlaDeps,
  shop: string,
  actor: string,
  place: { readonly domain: DataDomain; readonly system: string | null },
  sla: unknown,
): Promise<{ ok: true; slas: FreshnessSla[] } | { ok: false; errors: SlaError[] }> {
  return deps.db.transaction(async (tx) => {
    await lockSlas(tx, shop);
    if (sla === null) {
      await deleteSla(tx, shop, place);
    } else {
      const systems = await deps.systemsOf(tx, shop);
      const parsed = parseSlas([sla], new Set(systems.map((system) => system.id)));
      if (!parsed.ok) return parsed;
      for (const each of parsed.slas) await writeSla(tx, shop, each, deps.clock.now());
    }
    const slas = await readSlas(tx, shop);
    await recordAudit(tx, {
      shop,
      actor,
      action: "freshness.changed",
      subject: "freshness-slas",
      detail: { ...place, slas },
    });
    return { ok: true, slas };
  });
}
