import { describe, expect, it } from "vitest";
import {
  addOutcomes,
  afterProbe,
  afterResume,
  closedCircuit,
  contactOf,
  isHopeless,
  mayProbe,
  mustOpen,
  openedCircuit,
  probingCircuit,
} from "#app/delivery/circuit.ts";
import type { EgressAnswer } from "#app/egress/index.server.ts";

const policy = {
  minimumRequests: 10,
  failurePercent: 70,
  windowSeconds: 300,
  probeAfterMs: 30_000,
};
const nowMs = Date.parse("2026-11-24T10:00:00Z");
const answered = (status: number): EgressAnswer => ({
  kind: "answered",
  status,
  retryAfter: null,
  text: "",
});

describe("contact with a system", () => {
  it.each([200, 204, 301, 400, 401, 404, 410, 422, 429])("was made at %i", (status) => {
    expect(contactOf(answered(status))).toBe("reached");
  });

  it.each([500, 502, 503, 504])("failed at %i", (status) => {
    expect(contactOf(answered(status))).toBe("failed");
  });

  it("failed without an answer, and was not tried where the rules forbid it", () => {
    expect(contactOf({ kind: "failed", reason: "No answer within 10 ms." })).toBe("failed");
    expect(contactOf({ kind: "refused", reason: "private" })).toBe("none");
  });
});

describe("a closed circuit", () => {
  const after = (reached: number, failed: number) =>
    mustOpen(addOutcomes([], { reached, failed }, policy, nowMs), policy);

  it.each([
    [0, 9, false],
    [0, 10, true],
    [3, 7, true],
    [4, 7, false],
    [31, 69, false],
    [30, 70, true],
    [10, 0, false],
  ])("with %i reached and %i failed opens: %s", (reached, failed, opens) => {
    expect(after(reached, failed)).toBe(opens);
  });

  it("forgets what is older than the window", () => {
    const old = addOutcomes([], { reached: 0, failed: 9 }, policy, nowMs);
    const one = { reached: 0, failed: 1 };
    expect(mustOpen(addOutcomes(old, one, policy, nowMs + 200_000), policy)).toBe(true);
    const later = addOutcomes(old, one, policy, nowMs + 301_000);
    expect(mustOpen(later, policy)).toBe(false);
    expect(later).toHaveLength(1);
  });

  it("keeps a window of a fixed size, however many attempts there are", () => {
    let window = addOutcomes([], { reached: 1, failed: 0 }, policy, nowMs);
    for (let second = 0; second < 900; second += 1)
      window = addOutcomes(window, { reached: 1, failed: 0 }, policy, nowMs + second * 1000);
    expect(window.length).toBeLessThanOrEqual(11);
    const sum = window.reduce((total, slot) => total + slot.reached, 0);
    expect(sum).toBeGreaterThanOrEqual(270);
    expect(sum).toBeLessThanOrEqual(330);
  });
});

describe("an open circuit", () => {
  const open = openedCircuit(policy, nowMs);

  it("is probed when its time has come, and not while a probe is on its way", () => {
    expect(mayProbe(closedCircuit, nowMs)).toBe(false);
    expect(mayProbe(open, nowMs + 29_999)).toBe(false);
    expect(mayProbe(open, nowMs + 30_000)).toBe(true);
    const probing = probingCircuit(open, 10_000, nowMs + 30_000);
    expect(probing.state).toBe("half_open");
    expect(mayProbe(probing, nowMs + 40_000)).toBe(false);
    expect(mayProbe(probing, nowMs + 45_000)).toBe(true);
  });

  it("closes when the probe gets through, whatever the answer says", () => {
    expect(afterProbe(open, "reached", policy, nowMs)).toEqual(closedCircuit);
  });

  it("waits longer after each probe that fails, up to eight times as long", () => {
    let circuit = open;
    const pauses: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      circuit = afterProbe(circuit, "failed", policy, nowMs);
      pauses.push(((circuit.probeAtMs ?? 0) - nowMs) / 1000);
    }
    expect(pauses).toEqual([60, 120, 240, 240, 240]);
    expect(circuit).toMatchObject({ state: "open", sinceMs: nowMs, failedProbes: 5 });
  });

  it("is probed again at once when the probe could not be sent", () => {
    expect(afterProbe(open, "none", policy, nowMs + 1)).toEqual({ ...open, probeAtMs: nowMs + 1 });
  });

  it("is tried at once after a person resumed the system, with new patience", () => {
    const resumedMs = nowMs + 1_000;
    const circuit = afterResume({ ...open, failedProbes: 4 }, resumedMs);
    expect(mayProbe(circuit, resumedMs)).toBe(true);
    expect(circuit).toMatchObject({ sinceMs: resumedMs, failedProbes: 0 });
    expect(afterResume(open, nowMs - 1)).toBe(open);
    expect(afterResume(closedCircuit, resumedMs)).toBe(closedCircuit);
  });

  it("is given up after five days", () => {
    const dayMs = 86_400_000;
    expect(isHopeless(open, nowMs + 5 * dayMs - 1)).toBe(false);
    expect(isHopeless(open, nowMs + 5 * dayMs)).toBe(true);
    expect(isHopeless(closedCircuit, nowMs + 9 * dayMs)).toBe(false);
  });
});
