import { v7 as uuidv7 } from "uuid";
import type { DataDomain } from "#app/data-domains.ts";
import type { Transaction } from "#app/db.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { upsertDiscrepancy, valuesPurpose } from "./discrepancy-store.ts";
import type { DiscrepancyKind, SideValue } from "./types.ts";

/** A disagreement as whoever found it tells it. Times in epoch milliseconds. */
export interface FoundDiscrepancy {
  readonly shop: string;
  readonly domain: DataDomain;
  readonly kind: DiscrepancyKind;
  readonly systemId: string | null;
  readonly owner: string;
  readonly resource: {
    readonly type: string;
    readonly id: string;
    readonly locationId?: string | undefined;
  };
  readonly sku: string | null;
  readonly shopifyValue: SideValue;
  readonly systemValue: SideValue;
  readonly cause: string;
  /** The event it was found by, if there was one. */
  readonly eventId: string | null;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly foundAtMs: number;
}

/**
 * Writes a disagreement down. While one of the same shop, domain, resource, system and kind is open,
 * that one is brought up to date instead: what the system had stays as it was first seen for a
 * foreign write (the owner's last word), Shopify's value and the cause are the latest. Returns its id.
 */
export async function recordDiscrepancy(
  deps: { readonly vault: Vault },
  tx: Transaction,
  found: FoundDiscrepancy,
): Promise<string> {
  const seal = (systemValue: SideValue) =>
    deps.vault.seal(
      JSON.stringify({ shopifyValue: found.shopifyValue, systemValue }),
      valuesPurpose(found.shop, found.resource.id),
    );
  return upsertDiscrepancy(tx, {
    id: uuidv7({ msecs: found.foundAtMs }),
    found,
    values: seal(found.systemValue),
    merged: (known) => {
      if (found.kind !== "foreign_write") return seal(found.systemValue);
      const before = JSON.parse(
        deps.vault.open(known, valuesPurpose(found.shop, found.resource.id)).toString("utf8"),
      ) as { systemValue: SideValue };
      return seal({ ...found.systemValue, ...before.systemValue });
    },
  });
}
