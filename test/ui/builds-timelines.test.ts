import { describe, expect, it } from "vitest";
import type { AttemptView, DeliveryView } from "#app/delivery/types.ts";
import type { EventDetail } from "#app/events/types.ts";
import { buildTimeline } from "#app/routes/app.events.$id/build-timeline.ts";

const second = (n: number) => new Date(Date.UTC(2026, 3, 10, 12, 0, n)).toISOString();

const event: EventDetail = {
  id: "0199c3a4-7c11-7e55-9f1b-0242ac120002",
  shop: "north.myshopify.com",
  topic: "orders/updated",
  domain: "orders",
  type: "order.updated",
  source: "webhook",
  status: "applied",
  reason: null,
  correlationId: "c1",
  webhookId: "w1",
  eventId: "e1",
  resource: null,
  occurredAt: second(0),
  receivedAt: second(1),
  duplicates: 0,
  transport: "http",
  apiVersion: "2026-10",
  subscription: null,
  traceparent: "00-1-1-01",
  triggeredAt: second(0),
  startedAt: second(2),
  processedAt: second(3),
  lastDuplicateAt: null,
  bodyBytes: 10,
};

const delivery: DeliveryView = {
  id: "d1",
  fromShop: null,
  systemId: "wms",
  eventId: event.id,
  status: "delivered",
  webhookId: "evt_1",
  type: "order.updated",
  resourceType: "Order",
  resourceId: "gid://shopify/Order/1001",
  sku: null,
  createdAt: second(3),
  finishedAt: second(5),
  nextAttemptAt: null,
  reason: null,
  httpStatus: 200,
  replayOf: null,
  attempts: [],
};

const attempt = (n: number, at: string, httpStatus: number | null): AttemptView => ({
  attempt: n,
  at,
  durationMs: 40,
  httpStatus,
  error: httpStatus === null ? "connect ECONNREFUSED" : null,
  response: httpStatus === null ? null : "said so",
});

const names: Record<string, string> = { wms: "Warehouse", erp: "ERP" };
const titles = (changes: Partial<EventDetail>, ...deliveries: Partial<DeliveryView>[]) =>
  timeline(changes, ...deliveries).map(({ title }) => title);
const timeline = (changes: Partial<EventDetail>, ...deliveries: Partial<DeliveryView>[]) =>
  buildTimeline(
    { ...event, ...changes },
    deliveries.map((own, n) => ({ ...delivery, id: `d${String(n)}`, ...own })),
    (id) => names[id] ?? "a removed system",
  );

describe("the timeline of an event", () => {
  it("tells the story from the change in Shopify to the acknowledgement", () => {
    const steps = timeline({}, { attempts: [attempt(1, second(4), 200)] });
    expect(steps.map(({ title }) => title)).toEqual([
      "Changed in Shopify",
      "Received",
      "Taken up by a worker",
      "Applied",
      "Queued for Warehouse",
      "Warehouse: attempt 1 accepted",
    ]);
    expect(steps.map(({ at }) => at)).toEqual([0, 1, 2, 3, 3, 4].map(second));
    expect(new Set(steps.map(({ key }) => key)).size).toBe(steps.length);
  });

  it("says what each attempt met, and that the next one is planned, last of all", () => {
    const steps = timeline(
      {},
      {
        status: "retrying",
        finishedAt: null,
        nextAttemptAt: second(2),
        attempts: [attempt(1, second(4), null), attempt(2, second(6), 500)],
      },
    );
    const [first, again, next] = steps.slice(-3);
    expect(first?.title).toBe("Warehouse: attempt 1 failed");
    expect(first?.detail).toContain("no answer after 40 ms · connect ECONNREFUSED");
    expect(again?.detail).toContain("HTTP 500 after 40 ms · said so");
    // Due before the last attempt began: still to come, so it stands at the end.
    expect(next).toMatchObject({ title: "Warehouse: next attempt", planned: true });
  });

  it("does not repeat the answer of a system that accepted", () => {
    const [step] = timeline({}, { attempts: [attempt(1, second(4), 200)] }).slice(-1);
    expect(step?.detail).not.toContain("said so");
  });

  it("ends where a delivery was given up, skipped or thrown away, with the reason", () => {
    for (const [status, end] of [
      ["dead", "given up"],
      ["superseded", "skipped"],
      ["discarded", "discarded"],
    ] as const) {
      const [last] = timeline({}, { status, reason: "because" }).slice(-1);
      expect(last).toMatchObject({ title: `Warehouse: ${end}`, detail: "because" });
    }
  });

  it("says that a delivery waits for a paused system, and that a first attempt is due", () => {
    expect(titles({}, { status: "waiting" }).at(-1)).toContain("waits until the system");
    expect(titles({}, { status: "pending" }).at(-1)).toBe("Warehouse: first attempt");
  });

  it("puts changes that were queued in one step in one line, systems counted", () => {
    expect(titles({}, {}, {}, { systemId: "erp" })).toContain(
      "Queued for Warehouse (2 changes), ERP",
    );
    expect(titles({}, { systemId: "gone" })).toContain("Queued for a removed system");
  });

  it("tells a replay from the first time", () => {
    const steps = titles({}, { status: "dead" }, { replayOf: "d0", createdAt: second(9) });
    expect(steps.slice(-2)).toEqual(["Warehouse: given up", "Replayed to Warehouse"]);
  });

  it("stops where the event has got to", () => {
    const waiting = { status: "received", startedAt: null, processedAt: null } as const;
    expect(titles(waiting)).toEqual(["Changed in Shopify", "Received", "Waits for a worker"]);
    expect(titles({ ...waiting, triggeredAt: null })[0]).toBe("Received");
  });

  it("counts what Shopify repeated, and names another source", () => {
    expect(titles({ duplicates: 2, lastDuplicateAt: second(8) }).at(-1)).toBe(
      "Repeated by Shopify, 2 times",
    );
    expect(titles({ source: "poll" })).toContain("Received: Catch-up read");
  });

  it("gives the reason an event was ignored for", () => {
    const step = timeline({ status: "ignored", reason: "the content is the same" });
    expect(step.at(-1)).toMatchObject({ title: "Ignored", detail: "the content is the same" });
  });
});
