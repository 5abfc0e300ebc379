import { createHash } from "node:crypto";
import { parseGid, takeId } from "../../state/ids.ts";
import type { MetafieldRow } from "../../state/model.ts";
import { toSecond } from "../../state/clock.ts";
import { accessDenied } from "../access-rules.ts";
import { appNamespace } from "../app-identity.ts";
import { isGiven, objectsArg, requiredText, textArg } from "../arguments.ts";
import type { Args, FieldFn, GraphContext } from "../context.ts";
import type { UserError } from "../user-errors.ts";
import { canOwnMetafields } from "../types/metafields.ts";
import { findNode } from "../types/query-root.ts";

const MAX_ENTRIES = 25;
const WRITE_SCOPES: Record<string, string> = {
  Customer: "write_customers",
  Location: "write_locations",
  Order: "write_orders",
  Product: "write_products",
  ProductVariant: "write_products",
};

/**
 * metafieldsSet: all or none. `compareDigest` left out: no check; null: must not exist; text: must
 * be the stored one. An entry that changes nothing passes whatever digest it carries, as recorded.
 */
export const metafieldsSet: FieldFn<unknown> = (_source, args, context, info) => {
  const entries = objectsArg(args, "metafields");
  if (entries.length > MAX_ENTRIES) {
    const message = `Exceeded the maximum metafields input limit of ${MAX_ENTRIES}.`;
    return refuse([{ field: ["metafields"], message, code: "LESS_THAN_OR_EQUAL_TO" }]);
  }
  // Entries see what entries before them wrote; nothing is stored until all have passed.
  const written = new Map<string, MetafieldRow>();
  const userErrors: UserError[] = [];
  for (const [index, entry] of entries.entries()) {
    const at = ["metafields", String(index)];
    const owner = parseGid(requiredText(entry, "ownerId"));
    const scope = WRITE_SCOPES[owner.kind];
    if (scope && !context.scopes.has(scope)) {
      throw accessDenied(info.fieldName, `\`${scope}\` access scope.`);
    }
    const planned = plan(context, entry, at, written);
    if (Array.isArray(planned)) userErrors.push(...planned);
    else written.set(planned.id, planned);
  }
  if (userErrors.length > 0) return refuse(userErrors);
  for (const row of written.values()) context.store.metafields.set(row.id, row);
  return { metafields: [...written.values()], userErrors: [] };
};

function refuse(userErrors: UserError[]) {
  return {
    metafields: [],
    userErrors: userErrors.map((error) => ({ ...error, elementIndex: null })),
  };
}

function plan(
  context: GraphContext,
  entry: Args,
  at: string[],
  written: Map<string, MetafieldRow>,
): MetafieldRow | UserError[] {
  const ownerId = requiredText(entry, "ownerId");
  const owner = parseGid(ownerId);
  if (!canOwnMetafields(owner.kind) || findNode(context, ownerId) === null) {
    const message = "Owner does not exist.";
    return [{ field: [...at, "ownerId"], message, code: "INVALID_VALUE" }];
  }
  const namespace = appNamespace(textArg(entry, "namespace") ?? "$app", context.config);
  const key = requiredText(entry, "key");
  const known = findMetafield(context, written, { owner, namespace, key });
  const type = textArg(entry, "type") ?? known?.type;
  if (type === undefined) {
    return [{ field: [...at, "type"], message: "Type can't be blank", code: "BLANK" }];
  }
  const value = requiredText(entry, "value");
  const valueError = checkValue(type, value);
  if (valueError) return [{ field: [...at, "value"], message: valueError, code: "INVALID_VALUE" }];
  if (known && known.type === type && known.value === value) return known;
  const digestError = checkDigest(entry, known, at);
  if (digestError) return [digestError];
  return newVersion(context, known, { owner, namespace, key, type, value });
}

type Content = {
  owner: { kind: string; id: string };
  namespace: string;
  key: string;
  type: string;
  value: string;
};

function newVersion(
  { store, nowMs }: GraphContext,
  known: MetafieldRow | undefined,
  { owner, ...content }: Content,
): MetafieldRow {
  const now = toSecond(nowMs);
  return {
    kind: "Metafield",
    id: known?.id ?? takeId(store, "Metafield"),
    ownerKind: owner.kind,
    ownerId: owner.id,
    ...content,
    digest: createHash("sha256").update(`${content.type}\n${content.value}`).digest("hex"),
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  };
}

/** What earlier entries wrote comes before what is stored. */
function findMetafield(
  { store }: GraphContext,
  written: Map<string, MetafieldRow>,
  wanted: { owner: { kind: string; id: string }; namespace: string; key: string },
): MetafieldRow | undefined {
  const same = (row: MetafieldRow) =>
    row.ownerKind === wanted.owner.kind &&
    row.ownerId === wanted.owner.id &&
    row.namespace === wanted.namespace &&
    row.key === wanted.key;
  return [...written.values()].find(same) ?? [...store.metafields.values()].find(same);
}

function checkDigest(
  entry: Args,
  known: MetafieldRow | undefined,
  field: string[],
): UserError | undefined {
  if (!isGiven(entry, "compareDigest")) return undefined;
  const digest = textArg(entry, "compareDigest");
  const stale: UserError = {
    field,
    message:
      "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.",
    code: "STALE_OBJECT",
  };
  if (digest === undefined) return known ? stale : undefined;
  if (!known) {
    return { field, message: "Invalid `compareDigest` value.", code: "INVALID_COMPARE_DIGEST" };
  }
  return digest === known.digest ? undefined : stale;
}

function checkValue(type: string, value: string): string | undefined {
  if (value === "") return "Value can't be blank.";
  if (type === "number_integer" && !/^-?\d+$/.test(value)) return "Value must be an integer.";
  if (type === "number_decimal" && !/^-?\d+(\.\d+)?$/.test(value))
    return "Value must be a decimal.";
  if (type === "boolean" && value !== "true" && value !== "false") {
    return "Value must be true or false.";
  }
  if (type === "json" || type.startsWith("list.")) {
    try {
      JSON.parse(value);
    } catch {
      return "Value is invalid JSON.";
    }
  }
  return undefined;
}
