/** What orders two states of one resource. Times in epoch milliseconds. */
export interface Version {
  readonly versionAtMs: number;
  /** When Shopify triggered the notification; breaks ties within one second. */
  readonly triggeredAtMs: number | null;
}

/**
 * Compares a version that arrived with the one already known: "newer", "older", or "same" when the
 * stamps cannot tell them apart. Versions compare as instants: webhooks carry an offset, GraphQL `Z`.
 */
export function compareVersions(arrived: Version, known: Version): "newer" | "older" | "same" {
  if (arrived.versionAtMs !== known.versionAtMs)
    return arrived.versionAtMs > known.versionAtMs ? "newer" : "older";
  if (arrived.triggeredAtMs === null || known.triggeredAtMs === null) return "same";
  if (arrived.triggeredAtMs === known.triggeredAtMs) return "same";
  return arrived.triggeredAtMs > known.triggeredAtMs ? "newer" : "older";
}
