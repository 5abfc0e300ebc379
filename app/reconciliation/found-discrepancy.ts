import type { FoundDiscrepancy } from "#app/discrepancies/index.server.ts";
import type { OwnershipRule } from "#app/ownership/types.ts";
import { traceparentOfRun } from "./repair-names.ts";
import type { RunDeps } from "./run-deps.ts";
import type { RunRow } from "./run-store.ts";
import type { Settled } from "./settled.ts";

/** A confirmed difference of a system as the merchant gets to see it. */
export function foundDiscrepancy(
  deps: RunDeps,
  run: RunRow,
  rule: OwnershipRule,
  difference: Pick<Settled, "finding" | "shopify" | "other" | "cause">,
  kind: FoundDiscrepancy["kind"],
  resource: FoundDiscrepancy["resource"],
): FoundDiscrepancy {
  const { finding, shopify, other, cause } = difference;
  return {
    shop: run.shop,
    domain: run.domain,
    kind,
    systemId: run.system,
    owner: rule.owner,
    resource,
    sku: finding.sku,
    shopifyValue: shopify,
    systemValue: other,
    cause,
    eventId: null,
    correlationId: `reconciliation:${run.id}`,
    traceparent: traceparentOfRun(run, finding.key),
    foundAtMs: deps.clock.now(),
  };
}
