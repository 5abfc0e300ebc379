import { describe, expect, it } from "vitest";
import {
  decideOrderHold,
  type OrderHoldEvent,
  type OrderHoldFacts,
} from "#app/coordination/decide-order-hold.ts";
import { orderHoldStatuses } from "#app/coordination/types.ts";

const hold = (more: Partial<OrderHoldFacts> = {}): OrderHoldFacts => ({
  status: "held",
  keptBack: true,
  participants: [
    { systemId: "a", answer: null },
    { systemId: "b", answer: "acknowledged" },
  ],
  ...more,
});
const says = (systemId: string, answer: "acknowledged" | "refused"): OrderHoldEvent => ({
  kind: "answer",
  systemId,
  answer,
});

describe("an order's hold", () => {
  it("ends when the last of its participants agrees", () => {
    const end = { status: "confirmed", why: null, lets: true };
    expect(decideOrderHold(hold(), says("a", "acknowledged"))).toEqual({ kind: "note", end });
    const alone = hold({
      participants: [
        { systemId: "a", answer: null },
        { systemId: "b", answer: null },
      ],
    });
    expect(decideOrderHold(alone, says("a", "acknowledged"))).toEqual({ kind: "note", end: null });
  });

  it("keeps what one refused from being shipped, until the merchant lets it go", () => {
    const refused = decideOrderHold(hold(), says("a", "refused"));
    expect(refused).toMatchObject({ kind: "note", end: { status: "refused", lets: false } });
    const after = hold({ status: "refused" });
    expect(decideOrderHold(after, { kind: "release" })).toMatchObject({
      kind: "end",
      end: { status: "released", lets: true },
    });
  });

  it("does as its rule says when nobody answers in time", () => {
    const end = (onSilence: "keep" | "release") =>
      decideOrderHold(hold(), { kind: "expire", onSilence });
    expect(end("keep")).toMatchObject({ end: { status: "expired", lets: false } });
    expect(end("release")).toMatchObject({ end: { status: "expired", lets: true } });
  });

  it("takes an answer that comes twice for one, and tells who is late", () => {
    expect(decideOrderHold(hold(), says("b", "acknowledged"))).toEqual({ kind: "done" });
    for (const status of orderHoldStatuses.filter((one) => one !== "held")) {
      const late = decideOrderHold(hold({ status, keptBack: false }), says("a", "acknowledged"));
      expect(late.kind).toBe("refuse");
    }
  });

  it("ends once", () => {
    const over = hold({ status: "confirmed", keptBack: false });
    const events: OrderHoldEvent[] = [
      { kind: "release" },
      { kind: "cancel" },
      { kind: "expire", onSilence: "keep" },
      { kind: "fail", why: "" },
    ];
    for (const event of events) expect(decideOrderHold(over, event)).toEqual({ kind: "done" });
  });
});
