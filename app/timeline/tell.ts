import type { LedgerEntryView } from "#app/coordination/types.ts";
import type { DeliveryView } from "#app/delivery/types.ts";
import type { DiscrepancyView } from "#app/discrepancies/types.ts";
import type { EventSummary } from "#app/events/types.ts";
import type { IntentView } from "#app/write-back/types.ts";
import type { Happening } from "./types.ts";

/** How rows are told as happenings. Everything here is pure. */

const outcomes: Readonly<Record<EventSummary["status"], string>> = {
  received: "It waits for a worker.",
  applied: "It was the newest version and counts.",
  superseded: "It was not newer than what is known.",
  ignored: "A rule says that nothing follows from it.",
  dead: "It could not be understood.",
};

/** What Shopify (or a read of ours) told. */
export function tellEvent(event: EventSummary): Happening[] {
  const outcome = event.reason ?? outcomes[event.status];
  const repeated =
    event.duplicates > 0
      ? ` It was repeated ${String(event.duplicates)} times, without effect.`
      : "";
  return [
    {
      at: event.receivedAt,
      kind: `event.${event.status}`,
      correlationId: event.correlationId,
      shop: event.shop,
      summary: `${event.topic} (${event.source}): ${outcome}${repeated}`,
      eventId: event.id,
    },
  ];
}

/** Every attempt at a system, and how a delivery ended without one. */
export function tellDelivery(
  delivery: DeliveryView,
  shop: string,
  correlationId: string,
  nameOf: (systemId: string) => string,
): Happening[] {
  const { systemId, eventId } = delivery;
  const base = { correlationId, shop, system: systemId, eventId };
  const name = nameOf(systemId);
  const attempts = delivery.attempts.map((attempt) => {
    const answer =
      attempt.httpStatus === null
        ? (attempt.error ?? "no answer")
        : `HTTP ${String(attempt.httpStatus)}`;
    return {
      ...base,
      at: attempt.at,
      kind: "delivery.attempt",
      summary: `${name}, attempt ${String(attempt.attempt)}: ${answer} after ${String(attempt.durationMs)} ms.`,
    };
  });
  const end = {
    ...base,
    at: delivery.finishedAt ?? delivery.createdAt,
    kind: `delivery.${delivery.status}`,
    summary: `${name}: ${delivery.status}${delivery.reason === null ? "" : `. ${delivery.reason}`}`,
  };
  return [...attempts, end];
}

/** A write to Shopify: that it was asked for, and how it ended. */
export function tellWrite(write: IntentView, shop: string): Happening[] {
  const { correlationId, systemId } = write;
  const base = { correlationId, shop, eventId: null, ...(systemId ? { system: systemId } : {}) };
  const asked = {
    ...base,
    at: write.createdAt,
    kind: "write.pending",
    summary: systemId
      ? "The owner of the data asked for a write to Shopify."
      : "Converge set out to put the owner's value back.",
  };
  if (write.settledAt === null) return [asked];
  return [
    asked,
    {
      ...base,
      at: write.settledAt,
      kind: `write.${write.status}`,
      summary: write.reason ?? "Shopify has the value.",
    },
  ];
}

/** A disagreement: that it was found, and how it was settled. */
export function tellDiscrepancy(found: DiscrepancyView, shop: string): Happening[] {
  const { correlationId, eventId, system } = found;
  const base = { correlationId, shop, eventId, ...(system === null ? {} : { system }) };
  const opened = {
    ...base,
    at: found.firstSeenAt,
    kind: "discrepancy.open",
    summary: found.cause,
  };
  if (found.resolvedAt === null) return [opened];
  const summary = `Decided: ${found.resolution ?? ""}`;
  return [opened, { ...base, at: found.resolvedAt, kind: `discrepancy.${found.status}`, summary }];
}

const moves: Readonly<Record<LedgerEntryView["kind"], string>> = {
  set: "The owner said how many there are",
  sale: "Units were sold",
  return: "An order gave units back",
  edit: "The number was changed by hand",
  hold: "Units were set aside",
  release: "Units that were set aside are free again",
  consume: "The order took the units that were set aside for it",
};

/** What moved the pool that a stock level shows. `shop`: whose story it is told in. */
export function tellEntry(entry: LedgerEntryView, shop: string): Happening {
  const { kind, delta, heldDelta, before, after, note, at } = entry;
  const figures =
    delta === 0 && heldDelta !== 0
      ? `${signed(heldDelta)} held`
      : `${String(before)} → ${String(after)}`;
  return {
    at,
    kind: `pool.${kind}`,
    correlationId: entry.correlationId ?? "",
    shop: entry.shop ?? shop,
    summary: `${moves[kind]}: ${figures}.${note === null ? "" : ` ${note}`}`,
    eventId: null,
  };
}

function signed(units: number): string {
  return units > 0 ? `+${String(units)}` : `−${String(-units)}`;
}
