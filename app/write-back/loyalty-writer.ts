import { loyaltyType, readLoyaltyId } from "#app/mirror/index.server.ts";
import { CustomerMetafieldDocument, SetMetafieldDocument } from "#app/shopify/index.server.ts";
import { decideFields, inOneForm } from "./decide-fields.ts";
import { refusal, type Target, type Writer } from "./writer.ts";

interface PointsTarget extends Target {
  /** Stands for what was read; null: there was nothing. */
  readonly digest: string | null;
  /** Of the metafield, where there is one. */
  readonly metafieldType: string | null;
}

/**
 * Writes loyalty points into the customer metafield the merchant chose, by compare-and-set. What is
 * written already is no conflict, whatever it is compared with: Shopify lets that pass.
 */
export const loyaltyWriter: Writer<PointsTarget> = {
  read: async ({ graphql }, shop, id) => {
    const named = readLoyaltyId(id);
    if (named === null) return null;
    const { customer } = await graphql(shop, CustomerMetafieldDocument, named);
    if (!customer) return null;
    const { metafield } = customer;
    return {
      id,
      sku: null,
      fields: { points: pointsOf(metafield?.value ?? null) },
      changedAtMs: metafield ? Date.parse(metafield.updatedAt) : 0,
      digest: metafield?.compareDigest ?? null,
      metafieldType: metafield?.type ?? null,
    };
  },
  decide: (wanted, target) =>
    decideFields({ ...wanted, set: inOneForm(loyaltyType, wanted.set) }, target),
  send: async ({ graphql }, shop, target, { set }) => {
    const named = readLoyaltyId(target.id);
    if (named === null) return { kind: "stale" };
    const { metafieldsSet: answer } = await graphql(shop, SetMetafieldDocument, {
      metafield: {
        ownerId: named.id,
        namespace: named.namespace,
        key: named.key,
        type: target.metafieldType ?? "number_integer",
        value: String(set["points"]),
        compareDigest: target.digest,
      },
    });
    const [error] = answer?.userErrors ?? [];
    if (error) return staleCodes.has(error.code ?? "") ? { kind: "stale" } : refusal(error);
    const points = pointsOf(answer?.metafields?.[0]?.value ?? null);
    return points === set["points"] ? { kind: "applied" } : { kind: "applied", as: { points } };
  },
};

/** The second: it was there when it was read, and is not any more. */
const staleCodes: ReadonlySet<string> = new Set(["STALE_OBJECT", "INVALID_COMPARE_DIGEST"]);

/** What a metafield says, as a number where it is one: decimals may be written "12.0". */
function pointsOf(value: string | null): string | number | null {
  return value !== null && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
