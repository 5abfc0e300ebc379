import {
  AdjustInventoryDocument,
  MoveInventoryDocument,
  type Shopify,
} from "#app/shopify/index.server.ts";

/** A move of a hold's units out of what is available, or back, or out of reserved for good. */
export interface UnitMove {
  /** Shopify does what carries one key once, for a day. */
  readonly key: string;
  readonly kind: "take" | "return" | "write_off";
  readonly holdId: string;
  readonly units: number;
  readonly itemId: string;
  readonly locationId: string;
  /** What has to be available; of no matter to a write-off. */
  readonly from: number;
}

/** How Shopify took a move. */
export type MoveOutcome =
  | { readonly kind: "applied" }
  /** Nothing was moved: what is available has changed, or an earlier try used the key up. */
  | { readonly kind: "stale" }
  | { readonly kind: "refused"; readonly why: string };

interface UserError {
  readonly code?: string | null;
  readonly message: string;
}

/** Where the merchant sees a hold's units in Shopify. */
const documentOf = (holdId: string) => `gid://converge/Hold/${holdId}`;

/**
 * Moves a hold's units between available and reserved, where the merchant sees them under the hold's
 * own document, or takes them out of reserved; one hold a call, as Shopify asks. Sent twice with one
 * key, it happens once.
 * https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventoryMoveQuantities
 * https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventoryAdjustQuantities
 * @throws errors of the Shopify client: whether it happened is then not known.
 */
export async function moveUnits(
  shopify: Pick<Shopify, "graphql">,
  shop: string,
  move: UnitMove,
): Promise<MoveOutcome> {
  const [error] = await (move.kind === "write_off" ? writeOff : moveBetween)(shopify, shop, move);
  if (!error) return { kind: "applied" };
  if (error.code === "IDEMPOTENCY_CONCURRENT_REQUEST")
    throw new Error("Shopify is still carrying out the same move");
  if (stale.has(error.code ?? "")) return { kind: "stale" };
  return { kind: "refused", why: error.message };
}

async function writeOff(
  { graphql }: Pick<Shopify, "graphql">,
  shop: string,
  { key, holdId, units, itemId, locationId }: UnitMove,
): Promise<readonly UserError[]> {
  const document = documentOf(holdId);
  const { inventoryAdjustQuantities: answer } = await graphql(shop, AdjustInventoryDocument, {
    key,
    input: {
      name: "reserved",
      reason: "reservation_deleted",
      referenceDocumentUri: document,
      changes: [
        {
          inventoryItemId: itemId,
          locationId,
          delta: -units,
          // Other apps' reservations are in this number too.
          changeFromQuantity: null,
          ledgerDocumentUri: document,
        },
      ],
    },
  });
  return answer?.userErrors ?? [];
}

async function moveBetween(
  { graphql }: Pick<Shopify, "graphql">,
  shop: string,
  move: UnitMove,
): Promise<readonly UserError[]> {
  const { locationId } = move;
  const document = documentOf(move.holdId);
  const available = { locationId, name: "available", changeFromQuantity: move.from };
  const reserved = {
    locationId,
    name: "reserved",
    // Other apps' reservations are in this number too.
    changeFromQuantity: null,
    ledgerDocumentUri: document,
  };
  const takes = move.kind === "take";
  const { inventoryMoveQuantities: answer } = await graphql(shop, MoveInventoryDocument, {
    key: move.key,
    input: {
      reason: takes ? "reservation_created" : "reservation_deleted",
      referenceDocumentUri: document,
      changes: [
        {
          inventoryItemId: move.itemId,
          quantity: move.units,
          from: takes ? available : reserved,
          to: takes ? reserved : available,
        },
      ],
    },
  });
  return answer?.userErrors ?? [];
}

/** Nothing was moved, and a new key with what is there now may. */
const stale: ReadonlySet<string> = new Set([
  "CHANGE_FROM_QUANTITY_STALE",
  "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
  "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
]);
