import type { AppContext } from "#app/context.server.ts";
import { deadLetterTotals, systemHealth } from "#app/delivery/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import type { SystemKind } from "#app/systems/types.ts";
import { healthState } from "#app/ui/words.ts";
import type { HealthState } from "#app/ui/words.ts";

/** One connected system as the list shows it. */
export interface SystemRow {
  readonly id: string;
  readonly name: string;
  readonly kind: SystemKind;
  readonly url: string;
  readonly state: HealthState;
  readonly delivered: number;
  readonly failed: number;
  readonly waiting: number;
  readonly oldestWaitingSeconds: number | null;
  readonly dead: number;
  readonly lastDeliveredAt: string | null;
}

/** All systems of a shop with how they are doing. */
export async function loadSystems({ db, clock }: Pick<AppContext, "db" | "clock">, shop: string) {
  const nowMs = clock.now();
  const [view, systems, health, totals] = await Promise.all([
    getShop(db, shop),
    listSystems(db, shop),
    systemHealth(db, shop, nowMs),
    deadLetterTotals(db, shop),
  ]);
  const rows = systems.map((system): SystemRow => {
    const day = health.find((item) => item.systemId === system.id) ?? null;
    const dead = totals.bySystem.find((item) => item.systemId === system.id)?.count ?? 0;
    return {
      id: system.id,
      name: system.name,
      kind: system.kind,
      url: system.url,
      state: healthState(system.status, day, dead, nowMs),
      delivered: day?.delivered ?? 0,
      failed: day?.failed ?? 0,
      waiting: day?.waiting ?? 0,
      oldestWaitingSeconds: day?.oldestWaitingSeconds ?? null,
      dead,
      lastDeliveredAt: day?.lastDeliveredAt ?? null,
    };
  });
  return { loadedMs: nowMs, timeZone: view?.timeZone ?? null, systems: rows };
}
