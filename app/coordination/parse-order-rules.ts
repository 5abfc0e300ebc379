import { z } from "zod";
import { type FieldError, readFields } from "#app/field-errors.ts";
import { type OrderHoldRule, silencePolicies } from "./types.ts";

/** Rules of a store, at most; each looks at every order. */
const mostRules = 50;

const listed = (what: string) =>
  z
    .array(
      z
        .string()
        .trim()
        .min(1, `Name ${what}, or take the line out.`)
        .max(255, "Use at most 255 characters."),
    )
    .min(1, `Name at least one: ${what}.`)
    .max(1_000, "Name at most 1,000.");

/** Which orders a rule is about. */
export const orderConditionSchema = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("total"),
      atLeast: z
        .string({ error: 'Use an amount as text, like "1000.00".' })
        .trim()
        .regex(/^\d{1,12}(\.\d{1,3})?$/, 'Use an amount like "1000.00".'),
      currency: z
        .string({ error: "Name the store's currency, like EUR." })
        .trim()
        .regex(/^[A-Z]{3}$/, "Name the store's currency by its three letters, like EUR."),
    }),
    z.strictObject({ kind: z.literal("sku"), skus: listed("the article's SKU") }),
    z.strictObject({ kind: z.literal("tag"), tags: listed("the order's tag") }),
  ],
  { error: "Choose one of: total, sku, tag." },
);

/** Orders that are not shipped before some systems have agreed. */
export const orderRuleSchema = z.strictObject({
  name: z
    .string({ error: "Give the rule a name." })
    .trim()
    .regex(
      /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/,
      "Use 1 to 30 lower case letters, digits and hyphens, like big-orders.",
    )
    .describe("part of the hold's handle in Shopify: converge-<order id>-<name>"),
  when: orderConditionSchema,
  participants: z
    .array(z.string(), { error: "List the systems that have to agree, by id." })
    .min(1, "Choose who has to agree.")
    .max(20, "At most 20 systems can have to agree.")
    .refine((ids) => new Set(ids).size === ids.length, "Name each system once."),
  ttlSeconds: z
    .number({ error: "Say for how many seconds they may take to answer." })
    .int("Use a whole number of seconds.")
    .min(60, "Give them at least 60 seconds.")
    .max(604_800, "Use at most 604,800 seconds, a week."),
  onSilence: z
    .enum(silencePolicies, { error: "Choose one of: keep, release." })
    .default("keep")
    .describe("when not everybody has answered in time: the order stays held, or may be shipped"),
});

const listSchema = z
  .array(orderRuleSchema, { error: "Send a list of rules as items." })
  .max(mostRules, "Send at most 50 rules.");

/**
 * Checks rules for orders as somebody sent them; every wrong field is named (`items.2.name`), with the
 * way out. `systems`: the ids of those that can be asked. Pure.
 */
export function parseOrderRules(
  items: unknown,
  systems: ReadonlySet<string>,
): { ok: true; rules: OrderHoldRule[] } | { ok: false; errors: FieldError[] } {
  const read = readFields(z.object({ items: listSchema }), { items });
  if (!read.ok) return read;
  const rules = read.value.items;
  const errors = rules.flatMap((rule, index) => {
    const at = `items.${String(index)}`;
    const twice = rules.findIndex(({ name }) => name === rule.name) < index;
    return [
      ...(twice ? [{ field: `${at}.name`, message: "Another rule has this name already." }] : []),
      ...rule.participants.flatMap((id, place) =>
        systems.has(id)
          ? []
          : [
              {
                field: `${at}.participants.${String(place)}`,
                message: "No such system is connected to this store, or to one of its group.",
              },
            ],
      ),
    ];
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rules };
}
