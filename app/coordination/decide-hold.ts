import type { HoldAnswer, HoldStatus, Participant } from "./types.ts";

/** A hold as the rule sees it. */
export interface HoldFacts {
  readonly status: HoldStatus;
  readonly autoConfirm: boolean;
  readonly participants: readonly Participant[];
}

/** Something that happens to a hold. */
export type HoldEvent =
  | { readonly kind: "answer"; readonly systemId: string; readonly answer: HoldAnswer }
  | { readonly kind: "confirm" }
  | { readonly kind: "release"; readonly why: string }
  /** Its order took the units. */
  | { readonly kind: "consume" }
  /** `silent`: the systems whose silence means that they agree. */
  | { readonly kind: "expire"; readonly silent: ReadonlySet<string> };

/** What follows. `note`: the answer is written down. */
export type HoldVerdict =
  | { readonly kind: "note"; readonly then: "nothing" | "confirm" | "release" }
  | { readonly kind: "confirm" }
  | { readonly kind: "consume" }
  | { readonly kind: "release"; readonly status: "released" | "expired"; readonly why: string }
  /** It is so already. */
  | { readonly kind: "done" }
  | { readonly kind: "refuse"; readonly why: string };

/**
 * The life of a hold: held until everybody has agreed (confirmed), somebody has not (released), or
 * its time is up (expired). It ends once: what comes late or twice changes nothing, and is told so.
 * A participant may go back on its word until the hold is confirmed. Silence is a refusal when the time
 * is up, but of systems for which it means that they agree. A confirmed hold is ended by a merchant, or
 * by the order it was for (consumed). Pure.
 */
export function decideHold(hold: HoldFacts, event: HoldEvent): HoldVerdict {
  switch (event.kind) {
    case "answer":
      return decideAnswer(hold, event.systemId, event.answer);
    case "confirm":
      if (hold.status === "confirmed" || hold.status === "consumed") return { kind: "done" };
      if (hold.status !== "held") return over(hold.status);
      return hold.participants.every(({ answer }) => answer === "acknowledged")
        ? { kind: "confirm" }
        : { kind: "refuse", why: "Not every participant has acknowledged it yet." };
    case "consume":
      return { kind: hold.status === "confirmed" ? "consume" : "done" };
    case "release":
      if (hold.status === "consumed") return over(hold.status);
      return hold.status === "held" || hold.status === "confirmed"
        ? { kind: "release", status: "released", why: event.why }
        : { kind: "done" };
    case "expire":
      return decideEnd(hold, event.silent);
  }
}

function decideEnd(hold: HoldFacts, silent: ReadonlySet<string>): HoldVerdict {
  if (hold.status !== "held") return { kind: "done" };
  return agreesBySilence(hold, silent)
    ? { kind: "confirm" }
    : { kind: "release", status: "expired", why: "Its time was up." };
}

/** Whether somebody was to be heard, nobody refused, and whoever said nothing agrees by that. */
function agreesBySilence(
  { autoConfirm, participants }: HoldFacts,
  silent: ReadonlySet<string>,
): boolean {
  const agrees = ({ systemId, answer }: Participant) =>
    answer === "acknowledged" || (answer === null && silent.has(systemId));
  return autoConfirm && participants.length > 0 && participants.every(agrees);
}

function decideAnswer(hold: HoldFacts, systemId: string, answer: HoldAnswer): HoldVerdict {
  const given = hold.participants.find((one) => one.systemId === systemId)?.answer ?? null;
  if (given === answer) return { kind: "done" };
  if (hold.status === "confirmed")
    return { kind: "refuse", why: "It is confirmed already. The merchant can release it." };
  if (hold.status !== "held") return over(hold.status);
  if (answer === "refused") return { kind: "note", then: "release" };
  const last = hold.participants.every(
    (one) => one.systemId === systemId || one.answer === "acknowledged",
  );
  return { kind: "note", then: last && hold.autoConfirm ? "confirm" : "nothing" };
}

function over(status: HoldStatus): HoldVerdict {
  if (status === "consumed")
    return { kind: "refuse", why: "Its order took the units: there is nothing left to give back." };
  const why = status === "expired" ? "Its time was up" : "It was released";
  return { kind: "refuse", why: `${why}; its units are back on sale.` };
}
