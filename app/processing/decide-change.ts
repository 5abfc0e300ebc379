import { compareVersions, type KnownResource, type Version } from "#app/mirror/index.server.ts";

/** What to do with a change, given what is known of its resource. */
export type ChangeVerdict =
  | { readonly verdict: "apply" }
  | { readonly verdict: "superseded"; readonly reason: string }
  /** Nothing new: not even worth a delivery. */
  | { readonly verdict: "unchanged" };

/**
 * The rule of promise 3, the newest wins. Older is superseded. What the stamps cannot tell apart is
 * superseded when it says the same; when it says something else, the one that arrived later is taken
 * (Shopify's own stamps leave no better order).
 * A derived change (a price inside a product) is news only when it differs.
 */
export function decideChange(
  arrived: Version & {
    readonly digest: Buffer;
    readonly derived: boolean;
    readonly version: string;
  },
  known: KnownResource,
): ChangeVerdict {
  const order = compareVersions(arrived, known);
  const sameContent = known.digest.equals(arrived.digest);
  if (order === "older") {
    const applied = new Date(known.versionAtMs).toISOString();
    return {
      verdict: "superseded",
      reason: `A newer version (${applied}) was already applied; this one is of ${arrived.version}.`,
    };
  }
  if (arrived.derived && sameContent) return { verdict: "unchanged" };
  if (order === "same" && sameContent)
    return { verdict: "superseded", reason: "This very version was already applied." };
  return { verdict: "apply" };
}
