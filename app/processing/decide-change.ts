import { compareVersions, type KnownResource, type Version } from "#app/mirror/index.server.ts";

/** What to do with a change, given what is known of its resource. */
export type ChangeVerdict =
  | { readonly verdict: "apply" }
  /** `stale`: something newer is known, so what came along with it is old too. */
  | { readonly verdict: "superseded"; readonly reason: string; readonly stale: boolean }
  /** Nothing new: not even worth a delivery. */
  | { readonly verdict: "unchanged" }
  /** Two states of one instant, or none at all: only Shopify can say what holds. */
  | { readonly verdict: "ask"; readonly reason: string };

/** A change as this rule sees it. */
export interface ArrivedChange extends Version {
  readonly digest: Buffer;
  readonly derived: boolean;
  /** It says which record changed, and nothing of it. */
  readonly hollow: boolean;
  /** There is nothing of the kind, and nothing was heard of it either: no news. */
  readonly nothing: boolean;
  readonly version: string;
  /** When Shopify was asked, for what was read by its id; null: Shopify told us by itself. */
  readonly readAtMs: number | null;
  /** Says the same as what is known, as far as notifications and reads have words in common. */
  readonly sameFields: boolean;
}

/**
 * The rule of promise 3, the newest wins. Older is superseded. What the stamps cannot tell apart is
 * superseded when it says the same; when it says something else, Shopify has to be read: a read
 * that began after what is known was applied is the truth, anything else asks for one.
 * A derived change (a price inside a product) is news only when it differs. A record that is too large
 * to be told comes as its id, and has to be read as well.
 */
export function decideChange(arrived: ArrivedChange, known: KnownResource): ChangeVerdict {
  const order = compareVersions(arrived, known);
  const sameContent =
    known.digest.equals(arrived.digest) || (arrived.readAtMs !== null && arrived.sameFields);
  if (order === "older") {
    const applied = new Date(known.versionAtMs).toISOString();
    return {
      verdict: "superseded",
      reason: `A newer version (${applied}) was already applied; this one is of ${arrived.version}.`,
      stale: true,
    };
  }
  if (arrived.hollow)
    return {
      verdict: "ask",
      reason: "Shopify told no more than which record changed: it is too large. Converge reads it.",
    };
  if (arrived.nothing || (arrived.derived && sameContent)) return { verdict: "unchanged" };
  if (order === "newer") return { verdict: "apply" };
  if (sameContent)
    return {
      verdict: "superseded",
      reason: "This very version was already applied.",
      stale: false,
    };
  if (arrived.readAtMs !== null && arrived.readAtMs > known.appliedAtMs)
    return { verdict: "apply" };
  return {
    verdict: "ask",
    reason:
      "Shopify gave two different states the same time. Converge reads the record again to see which one holds.",
  };
}
