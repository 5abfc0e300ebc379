import type { Clock, Database } from "#app/db.server.ts";
import { eraseDeliveries } from "#app/delivery/index.server.ts";
import { eraseDiscrepancies } from "#app/discrepancies/index.server.ts";
import {
  bodiesAboutNobody,
  bodyPurpose,
  eraseEvents,
  eventsAbout,
} from "#app/events/index.server.ts";
import {
  belongingsOf,
  eraseChanges,
  eraseStates,
  forgetEchoesOf,
  type ResourceName,
  statePurpose,
} from "#app/mirror/index.server.ts";
import { eraseJobsAbout } from "#app/queue/index.server.ts";
import { eraseReconciled } from "#app/reconciliation/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { eraseIntents } from "#app/write-back/index.server.ts";
import { mentions, type PrivacyOrder } from "./read-order.ts";

/** What erasing takes. */
export interface EraseDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** What one pass over everything did. */
export interface Erased {
  /** Rows that still had something. */
  readonly changed: number;
  /** Jobs and deliveries that somebody works on right now: they may write once more. */
  readonly inFlight: number;
}

const eventsAtOnce = 200;

/**
 * Erases a customer and the named orders, and what belongs to them, up to an instant. The mirror is
 * marked first: from then on processing erases by itself what comes late. A pass that finds nothing
 * to change while nothing is in flight was the last one that is needed. Can be repeated anywhere.
 */
export async function eraseCustomer(
  deps: EraseDeps,
  shop: string,
  order: PrivacyOrder,
  request: { readonly eventId: string; readonly untilMs: number },
): Promise<Erased> {
  const { db, vault } = deps;
  const nowMs = deps.clock.now();
  const { customerId, orderIds } = order;
  const named = [
    ...(customerId === null ? [] : [{ type: "Customer", id: customerId }]),
    ...orderIds.map((id) => ({ type: "Order", id })),
  ];
  const resources = await withBelongings(deps, shop, named);
  const ids = resources.map((resource) => resource.id);
  const emptied = resources.map(({ type, id }) => ({
    type,
    id,
    emptied: vault.seal("{}", statePurpose(shop, type, id)),
  }));
  let changed = await db.transaction(async (tx) => {
    const states = await eraseStates(tx, shop, emptied, request.untilMs);
    const disputes = await eraseDiscrepancies(vault, tx, shop, ids, nowMs);
    return states + disputes;
  });
  const jobs = await eraseJobsAbout(db, shop, ids);
  changed += jobs.changed;
  changed += await eraseIntents(db, shop, ids, nowMs);
  changed += await forgetEchoesOf(db, shop, ids);
  changed += await eraseReconciled(db, shop, ids);
  const events = await eraseEventsAbout(deps, shop, ids, request.untilMs);
  changed += events.changed + (await eraseMentions(deps, shop, order, request.eventId));
  return { changed, inFlight: jobs.inFlight + events.inFlight };
}

/** Some records with what belongs to them, in one order for all who lock them. */
async function withBelongings(
  { db }: EraseDeps,
  shop: string,
  named: readonly ResourceName[],
): Promise<ResourceName[]> {
  const more = await belongingsOf(
    db,
    shop,
    named.map((resource) => resource.id),
  );
  const unique = new Map([...named, ...more].map((one) => [`${one.type} ${one.id}`, one]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

async function eraseEventsAbout(
  { db, clock }: EraseDeps,
  shop: string,
  resourceIds: readonly string[],
  untilMs: number,
): Promise<Erased> {
  let changed = 0;
  let inFlight = 0;
  let after: string | null = null;
  for (;;) {
    const page = { after, limit: eventsAtOnce };
    const ids: string[] = await eventsAbout(db, shop, resourceIds, untilMs, page);
    if (ids.length === 0) return { changed, inFlight };
    // Bodies last: while they are there, a run that died finds its place again.
    changed += await eraseChanges(db, shop, ids);
    const deliveries = await eraseDeliveries(db, shop, ids, clock.now());
    changed += deliveries.changed + (await eraseEvents(db, shop, ids));
    inFlight += deliveries.inFlight;
    after = ids.at(-1) ?? null;
  }
}

/** Bodies that do not say what they are about (a refund, an edit, one nobody can read) are read. */
async function eraseMentions(
  { db, vault }: EraseDeps,
  shop: string,
  { words }: PrivacyOrder,
  exceptId: string,
): Promise<number> {
  let changed = 0;
  let after: string | null = null;
  for (;;) {
    const page = { after, limit: eventsAtOnce };
    const rows: { id: string; body: Buffer }[] = await bodiesAboutNobody(db, shop, page);
    if (rows.length === 0) return changed;
    const found = rows.filter(
      ({ id, body }) =>
        id !== exceptId && mentions(vault.open(body, bodyPurpose(id)).toString("utf8"), words),
    );
    changed += await eraseEvents(
      db,
      shop,
      found.map((row) => row.id),
    );
    after = rows.at(-1)?.id ?? null;
  }
}
