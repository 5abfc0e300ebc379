import { describe, expect, it } from "vitest";
import { createFairShares } from "#app/queue/fair-shares.ts";

function sharesAt(startMs = 0) {
  const clock = { nowMs: startMs };
  const shares = createFairShares(() => clock.nowMs);
  return { clock, send: (shop: string, events: number) => shares.priorityOf(shop, events) };
}

describe("a shop's share", () => {
  it("has room for a sale's first seconds", () => {
    const { send } = sharesAt();
    expect(send("one", 500)).toBe(0);
  });

  it("is used up by a flood, and another shop's is not", () => {
    const { send } = sharesAt();
    expect(send("flood", 501)).toBe(-1);
    expect(send("quiet", 1)).toBe(0);
  });

  it("lasts for ever for fifty events a second", () => {
    const { clock, send } = sharesAt();
    send("one", 400);
    for (let second = 0; second < 3_600; second += 1) {
      clock.nowMs += 1_000;
      expect(send("one", 50)).toBe(0);
    }
  });

  it("comes back only when all that was sent is surely done", () => {
    const { clock, send } = sharesAt();
    send("flood", 1_000);
    clock.nowMs += 19_000;
    expect(send("flood", 0)).toBe(-1);
    clock.nowMs += 1_000;
    expect(send("flood", 1)).toBe(0);
  });

  it("does not suffer from a clock that is set back", () => {
    const { clock, send } = sharesAt(10_000);
    send("one", 500);
    clock.nowMs = 0;
    expect(send("one", 0)).toBe(0);
  });

  it("is kept for ten thousand shops: those heard of last", () => {
    const { clock, send } = sharesAt();
    send("quiet", 501);
    send("loud", 501);
    for (let shop = 0; shop < 9_998; shop += 1) send(String(shop), 501);
    clock.nowMs += 1;
    expect(send("loud", 0)).toBe(-1);
    expect(send("9997", 0)).toBe(-1);
    send("one more", 1);
    expect(send("loud", 0)).toBe(-1);
    expect(send("9997", 0)).toBe(-1);
    expect(send("quiet", 0)).toBe(0);
  });
});
