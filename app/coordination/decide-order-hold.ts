import type { HoldAnswer, OrderHoldStatus, Participant, SilencePolicy } from "./types.ts";

/** An order's hold as the rule sees it. */
export interface OrderHoldFacts {
  readonly status: OrderHoldStatus;
  /** Shopify keeps the order from being shipped, or is about to. */
  readonly keptBack: boolean;
  readonly participants: readonly Participant[];
}

/** Something that happens to it. */
export type OrderHoldEvent =
  | { readonly kind: "answer"; readonly systemId: string; readonly answer: HoldAnswer }
  | { readonly kind: "release" }
  | { readonly kind: "expire"; readonly onSilence: SilencePolicy }
  | { readonly kind: "cancel" }
  | { readonly kind: "fail"; readonly why: string };

/** How it ends. `lets`: the order may be shipped from now on. */
export interface OrderHoldEnd {
  readonly status: Exclude<OrderHoldStatus, "held">;
  readonly why: string | null;
  readonly lets: boolean;
}

/** What follows. `note`: the answer is written down. */
export type OrderHoldVerdict =
  | { readonly kind: "note"; readonly end: OrderHoldEnd | null }
  | { readonly kind: "end"; readonly end: OrderHoldEnd }
  /** It is so already. */
  | { readonly kind: "done" }
  | { readonly kind: "refuse"; readonly why: string };

/**
 * The life of an order's hold. Everybody agreed: it may be shipped. One did not: it stays held until the
 * merchant decides, since what nobody should ship must not go out by itself. Nobody spoke in time: as
 * the rule says. It ends once: what comes late or twice changes nothing, and is told so. Pure.
 */
export function decideOrderHold(hold: OrderHoldFacts, event: OrderHoldEvent): OrderHoldVerdict {
  const { status, keptBack } = hold;
  switch (event.kind) {
    case "answer":
      return decideAnswer(hold, event.systemId, event.answer);
    case "release":
      return keptBack ? ended("released", "You released it.", true) : { kind: "done" };
    case "cancel":
      return keptBack ? ended("cancelled", "The order was cancelled.", true) : { kind: "done" };
    case "fail":
      return status === "held" ? ended("failed", event.why, true) : { kind: "done" };
    case "expire": {
      if (status !== "held") return { kind: "done" };
      const lets = event.onSilence === "release";
      const then = lets
        ? "The order may be shipped."
        : "The order stays held until you release it.";
      return ended("expired", `Not everybody answered in time. ${then}`, lets);
    }
  }
}

function decideAnswer(
  hold: OrderHoldFacts,
  systemId: string,
  answer: HoldAnswer,
): OrderHoldVerdict {
  const given = hold.participants.find((one) => one.systemId === systemId)?.answer ?? null;
  if (given === answer) return { kind: "done" };
  if (hold.status !== "held") return { kind: "refuse", why: over[hold.status] };
  if (answer === "refused") {
    const why = "A participant refused it. The order stays held until you release it.";
    return { kind: "note", end: { status: "refused", why, lets: false } };
  }
  const last = hold.participants.every(
    (one) => one.systemId === systemId || one.answer === "acknowledged",
  );
  return { kind: "note", end: last ? { status: "confirmed", why: null, lets: true } : null };
}

const over: Readonly<Record<OrderHoldEnd["status"], string>> = {
  confirmed: "Everybody has agreed already: the order may be shipped.",
  refused: "It was refused already. The merchant decides about the order.",
  expired: "Its time was up. The merchant decides about the order.",
  released: "The merchant has released the order.",
  cancelled: "The order was cancelled.",
  failed: "Shopify does not hold the order.",
};

function ended(status: OrderHoldEnd["status"], why: string, lets: boolean): OrderHoldVerdict {
  return { kind: "end", end: { status, why, lets } };
}
