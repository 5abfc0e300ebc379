import { SetInventoryDocument } from "#app/shopify/index.server.ts";
import type { StockAttempt } from "./types.ts";
import { type Client, refusal } from "./writer.ts";

/** What became of one row that kept a batch from being written. */
export type RowFault =
  | { readonly kind: "stale" }
  | { readonly kind: "refused"; readonly why: string };

/** How Shopify took a batch: it writes all rows or none. */
export type BatchOutcome =
  | { readonly kind: "applied" }
  /** Nothing was written, because of these rows. None named: it does not say which. */
  | { readonly kind: "rejected"; readonly faults: ReadonlyMap<number, RowFault> }
  /** The key is used up by a try that failed: nothing was written, a new key is needed. */
  | { readonly kind: "failed_before" }
  /** The same request is being carried out right now. */
  | { readonly kind: "under_way" };

/**
 * Sets the stock of up to 250 places in one call, each only if it still is what is expected. Sent
 * twice with one key and the same rows, it happens once.
 * https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities
 * @throws errors of the Shopify client: whether it happened is then not known.
 */
export async function sendQuantities(
  { graphql }: Client,
  shop: string,
  key: string,
  rows: readonly StockAttempt[],
): Promise<BatchOutcome> {
  const [name] = Object.keys(rows[0]?.set ?? {});
  const { inventorySetQuantities: answer } = await graphql(shop, SetInventoryDocument, {
    key,
    input: {
      name: name === "onHand" ? "on_hand" : "available",
      reason: "correction",
      quantities: rows.map(({ set, expected, place }) => ({
        ...place,
        quantity: Number(Object.values(set)[0]),
        changeFromQuantity: Number(Object.values(expected)[0]),
      })),
    },
  });
  return readErrors(answer?.userErrors ?? [], rows.length);
}

interface QuantityError {
  readonly code?: string | null;
  readonly field?: readonly string[] | null;
  readonly message: string;
}

/** What the errors of an answer mean for the rows of its batch. Pure. */
function readErrors(errors: readonly QuantityError[], rows: number): BatchOutcome {
  if (errors.length === 0) return { kind: "applied" };
  if (errors.some((error) => error.code === "IDEMPOTENCY_CONCURRENT_REQUEST"))
    return { kind: "under_way" };
  if (errors.some((error) => usedUp.has(error.code ?? ""))) return { kind: "failed_before" };
  const faults = new Map<number, RowFault>();
  for (const error of errors) {
    const row = rowOf(error, rows);
    if (row !== null && !faults.has(row)) faults.set(row, faultOf(error));
  }
  return { kind: "rejected", faults };
}

/** Other parameters under a known key, too, are a try that was never carried out. */
const usedUp: ReadonlySet<string> = new Set([
  "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
  "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
]);

/** `["input", "quantities", "3", "changeFromQuantity"]` is row 3; what concerns a lone row is its own. */
function rowOf({ field }: QuantityError, rows: number): number | null {
  if (rows === 1) return 0;
  const at = field?.indexOf("quantities") ?? -1;
  const index = at === -1 ? NaN : Number(field?.[at + 1]);
  return Number.isInteger(index) && index >= 0 && index < rows ? index : null;
}

function faultOf(error: QuantityError): RowFault {
  const stale =
    error.code === "CHANGE_FROM_QUANTITY_STALE" || error.code === "COMPARE_QUANTITY_STALE";
  return stale ? { kind: "stale" } : refusal(error);
}
