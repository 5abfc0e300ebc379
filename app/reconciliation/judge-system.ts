import type { Flight } from "#app/delivery/index.server.ts";

/** How long after a change a system may still not show it, whatever it acknowledged. */
const graceMs = 2_000;

/** What is known around a difference between a system and Shopify, when it is looked at again. */
export interface Circumstances {
  /** Of when the system's word is. Epoch milliseconds. */
  readonly observedAtMs: number;
  /** Of when Shopify's value is; null: Shopify has no such record. */
  readonly versionAtMs: number | null;
  /** When Converge learned of it; null: it never did. */
  readonly appliedAtMs: number | null;
  readonly flight: Flight | undefined;
  /** News of it that nobody has looked at, or a write to Shopify under way. */
  readonly unsettled: boolean;
  /** This comparison found that Converge itself had missed the change. */
  readonly missedByUs: boolean;
  readonly ownedBySystem: boolean;
  /** The system has no such record at all. */
  readonly missing: boolean;
}

/** Whether a difference counts, and what probably led to it. */
export type Judgement =
  | { readonly counts: false; readonly why: string }
  | { readonly counts: true; readonly cause: string };

/**
 * A difference counts only when nothing is on its way that would end it, and when the system spoke
 * after the last change had reached it. What Converge missed itself can be nowhere on its way. Pure.
 */
export function judgeSystem(known: Circumstances): Judgement {
  const spokeAfterMs = known.observedAtMs - graceMs;
  if (known.versionAtMs !== null && known.versionAtMs > spokeAfterMs)
    return { counts: false, why: "It changed in Shopify after the system had told what it has." };
  if (known.missedByUs)
    return { counts: true, cause: "Missed webhook: Converge had not heard of Shopify's change." };
  if (known.unsettled) return { counts: false, why: "A change of it is being worked on." };
  const { flight } = known;
  if (flight?.open === true)
    return { counts: false, why: flight.waits ?? "A change of it is on its way to the system." };
  if (flight?.deliveredAt && flight.deliveredAt.getTime() > spokeAfterMs)
    return { counts: false, why: "The system was sent it after it had told what it has." };
  return { counts: true, cause: causeOf(known) };
}

function causeOf({ flight, ownedBySystem, missing, appliedAtMs }: Circumstances): string {
  if (flight?.dead === true)
    return "Dead letter: the last change of it failed for good on its way to the system.";
  if (ownedBySystem)
    return missing
      ? "Its owner does not have it, and Shopify does."
      : "Shopify does not have what its owner has.";
  if (flight?.deliveredAt)
    return "Changed by hand: the system was sent Shopify's value and has another one.";
  return appliedAtMs === null
    ? "Converge does not know this record from Shopify."
    : "Never sent: the system was not told of it since it was connected.";
}
