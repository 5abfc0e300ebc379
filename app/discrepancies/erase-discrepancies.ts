import type { Transaction } from "#app/db.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { valuesPurpose } from "./discrepancy-store.ts";
import { eraseValues } from "./forget-store.ts";

/**
 * Erases what some records were said to be, by either side; open disagreements about them end.
 * Returns how many were not erased yet.
 */
export async function eraseDiscrepancies(
  vault: Vault,
  tx: Transaction,
  shop: string,
  resourceIds: readonly string[],
  atMs: number,
): Promise<number> {
  const nothing = JSON.stringify({ shopifyValue: null, systemValue: null });
  let erased = 0;
  for (const id of resourceIds)
    erased += await eraseValues(tx, shop, id, vault.seal(nothing, valuesPurpose(shop, id)), atMs);
  return erased;
}
