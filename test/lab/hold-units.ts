import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type DemoSystem, startDemoSystem } from "#test/demo-systems/server.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import type { OpenGroup } from "./open-group.ts";
import { ApiRefusal } from "./open-store.ts";

/** A system that is asked whether units may be held. */
export interface Participant {
  readonly id: string;
  readonly apiKey: string;
}

/** A group with an article of which units are held. */
export interface HoldStage extends OpenGroup {
  readonly sku: string;
  readonly participants: readonly Participant[];
}

/** A hold as the API tells of it, and the store it was placed in. */
export interface PlacedHold {
  readonly id: string;
  readonly shop: string;
  readonly status: string;
  readonly reference: string;
}

const withinMs = 90_000;

/** Connects a carrier beside the warehouse. */
export async function connectCarrier({
  as,
}: OpenGroup): Promise<Participant & { readonly system: DemoSystem; close(): Promise<void> }> {
  const system = await startDemoSystem({ name: "Carrier", kind: "wms", port: 0 });
  const { id, apiKey, signingSecret } = await as(NORTH)<
    Participant & { readonly signingSecret: string }
  >("POST", "/systems", {
    name: "Carrier",
    kind: "3pl",
    url: `${system.url}/webhooks`,
    domains: ["fulfillments"],
    deliveryPolicy: { maxAttempts: 50, baseDelayMs: 100, maxDelayMs: 500 },
  });
  await system.setSecret({ shop: NORTH, secret: signingSecret });
  return { id, apiKey, system, close: () => system.close() };
}

/** Asks until there is an answer, whoever dies meanwhile. */
export async function insist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (const deadlineMs = Date.now() + withinMs; ; await sleep(200)) {
    try {
      return await ask();
    } catch (error) {
      const refused = error instanceof ApiRefusal && error.status < 500;
      if (refused || Date.now() > deadlineMs) throw error;
    }
  }
}

/**
 * Places a hold as a careful client does: where no answer came, it looks whether it was placed before it
 * asks again. Null: there is not enough.
 */
export async function placeHold(
  { as, groupId, sku, participants }: HoldStage,
  shop: string,
  wish: { readonly quantity: number; readonly ttlSeconds: number },
): Promise<PlacedHold | null> {
  const reference = randomUUID();
  const body = { ...wish, groupId, sku, reference, participants: participants.map(({ id }) => id) };
  const call = as(shop);
  for (;;) {
    try {
      return { ...(await call<PlacedHold>("POST", "/holds", body)), shop };
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 409) return null;
      if (error instanceof ApiRefusal && error.status < 500) throw error;
    }
    const { items } = await insist(() =>
      call<{ items: PlacedHold[] }>("GET", `/holds?sku=${encodeURIComponent(sku)}&limit=50`),
    );
    const placed = items.find((hold) => hold.reference === reference);
    if (placed !== undefined) return { ...placed, shop };
  }
}
