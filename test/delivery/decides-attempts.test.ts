import { describe, expect, it } from "vitest";
import { decideAttempt } from "#app/delivery/decide-attempt.ts";
import type { EgressAnswer } from "#app/egress/index.server.ts";

const policy = { maxAttempts: 3, baseDelayMs: 1_000, maxDelayMs: 60_000 };
const context = { nowMs: Date.parse("2026-11-23T10:00:00Z"), random: () => 0.5 };

function answered(status: number, retryAfter: string | null = null): EgressAnswer {
  return { kind: "answered", status, retryAfter, text: "" };
}

const decide = (answer: EgressAnswer, attempt = 1) =>
  decideAttempt(answer, attempt, policy, context);

describe("what follows from an attempt", () => {
  it.each([200, 201, 202, 204, 299])("%i is an acknowledgement, whatever the attempt", (status) => {
    expect(decide(answered(status), 3)).toEqual({ next: "delivered" });
  });

  it.each([400, 401, 403, 404, 405, 408, 409, 413, 415, 418, 421, 422, 425, 451])(
    "%i is final: straight to the dead letters",
    (status) => {
      expect(decide(answered(status, "5"))).toMatchObject({ next: "dead", disable: false });
    },
  );

  it.each([301, 302, 303, 307, 308])("%i is not followed, and final", (status) => {
    expect(decide(answered(status))).toMatchObject({ next: "dead", disable: false });
  });

  it("410 is final and disables the destination", () => {
    expect(decide(answered(410))).toMatchObject({ next: "dead", disable: true });
  });

  it.each([429, 503])("%i waits as long as it asks for", (status) => {
    expect(decide(answered(status, "7"))).toMatchObject({ next: "retry", afterMs: 7_000 });
    expect(decide(answered(status))).toMatchObject({ next: "retry", afterMs: 500 });
  });

  it.each([500, 501, 502, 504, 599])(
    "%i is retried with backoff, whatever it asks for",
    (status) => {
      expect(decide(answered(status, "7"), 2)).toMatchObject({ next: "retry", afterMs: 1_000 });
    },
  );

  it("no answer is retried", () => {
    const answer: EgressAnswer = { kind: "failed", reason: "No answer within 10000 ms." };
    expect(decide(answer)).toEqual({ next: "retry", afterMs: 500, reason: answer.reason });
  });

  it("a forbidden address is final", () => {
    const answer: EgressAnswer = { kind: "refused", reason: "This address is private." };
    expect(decide(answer)).toEqual({ next: "dead", reason: answer.reason, disable: false });
  });

  it("the last attempt is the last, and says how many there were", () => {
    expect(decide(answered(500), 3)).toEqual({
      next: "dead",
      reason: "The system failed (500). Given up after 3 attempts.",
      disable: false,
    });
    expect(decide(answered(429, "7"), 3)).toMatchObject({ next: "dead" });
  });
});
