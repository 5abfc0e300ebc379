import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideHold, type HoldEvent, type HoldFacts } from "#app/coordination/decide-hold.ts";
import type { HoldAnswer } from "#app/coordination/types.ts";

const systems = ["a", "b", "c"];
const events: fc.Arbitrary<HoldEvent> = fc.oneof(
  fc.record({
    kind: fc.constant("answer" as const),
    systemId: fc.constantFrom(...systems),
    answer: fc.constantFrom<HoldAnswer>("acknowledged", "refused"),
  }),
  fc.constant({ kind: "confirm" as const }),
  fc.constant({ kind: "consume" as const }),
  fc.constant({ kind: "release" as const, why: "No need." }),
  fc.constant({ kind: "expire" as const, silent: new Set<string>() }),
);

/** The hold after an event, as the room carries it out. */
function after(hold: HoldFacts, event: HoldEvent): HoldFacts {
  const verdict = decideHold(hold, event);
  if (verdict.kind === "confirm") return { ...hold, status: "confirmed" };
  if (verdict.kind === "consume") return { ...hold, status: "consumed" };
  if (verdict.kind === "release") return { ...hold, status: verdict.status };
  if (verdict.kind !== "note" || event.kind !== "answer") return hold;
  const participants = hold.participants.map((one) =>
    one.systemId === event.systemId ? { ...one, answer: event.answer } : one,
  );
  const status =
    verdict.then === "confirm" ? "confirmed" : verdict.then === "release" ? "released" : "held";
  return { ...hold, participants, status };
}

describe("a hold, whatever happens to it in whatever order", () => {
  it("is confirmed by everybody's word only, and ends once", () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 20 }), fc.boolean(), (history, autoConfirm) => {
        let hold: HoldFacts = {
          status: "held",
          autoConfirm,
          participants: systems.map((systemId) => ({ systemId, answer: null })),
        };
        for (const event of history) {
          const next = after(hold, event);
          if (next.status === "confirmed")
            expect(next.participants.every((one) => one.answer === "acknowledged")).toBe(true);
          if (hold.status !== "held" && hold.status !== "confirmed") expect(next).toEqual(hold);
          if (hold.status === "confirmed" && next.status !== "confirmed")
            expect(["release", "consume"]).toContain(event.kind);
          if (next.status === "consumed" && hold.status !== "consumed")
            expect(hold.status).toBe("confirmed");
          // Said twice, it is as if said once.
          expect(after(next, event)).toEqual(next);
          hold = next;
        }
      }),
    );
  });
});

describe("silence, when the time of a hold is up", () => {
  const asked = (...answers: readonly (HoldAnswer | null)[]) =>
    answers.map((answer, index) => ({ systemId: systems[index] ?? "", answer }));
  const expire = (hold: Partial<HoldFacts>, ...silent: readonly string[]) =>
    decideHold(
      { status: "held", autoConfirm: true, participants: [], ...hold },
      { kind: "expire", silent: new Set(silent) },
    ).kind;

  it("is agreement of those of whom it is said, and of nobody else", () => {
    const participants = asked("acknowledged", null);
    expect(expire({ participants }, "b")).toBe("confirm");
    expect(expire({ participants }, "a")).toBe("release");
    expect(expire({ participants: asked(null, null) }, "b")).toBe("release");
    expect(expire({ participants: asked(null, null) }, "a", "b")).toBe("confirm");
  });

  it("confirms nothing that the merchant confirms, and nothing that is over", () => {
    const participants = asked(null);
    expect(expire({ participants, autoConfirm: false }, "a")).toBe("release");
    expect(expire({}, "a")).toBe("release");
    expect(expire({ participants, status: "released" }, "a")).toBe("done");
    expect(expire({ participants: asked("refused") }, "a")).toBe("release");
  });
});
