import { z } from "zod";
import { groupOf } from "#app/coordination/index.server.ts";
import { readRules, replaceRules } from "#app/ownership/index.server.ts";
import { foreignWritePolicies } from "#app/ownership/types.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { endpoint } from "../endpoint.ts";
import { dotted, invalid } from "../problem.ts";
import { domainSchema } from "./schemas.ts";

/** What a foreign write leads to. */
export const policySchema = z.enum(foreignWritePolicies, {
  error: `Choose one of: ${foreignWritePolicies.join(", ")}.`,
});

/** One rule. */
export const ruleSchema = z.object({
  domain: domainSchema,
  owner: z.string().describe('"shopify", or the id of a connected system'),
  onForeignWrite: policySchema,
  metafield: z
    .string()
    .optional()
    .describe(
      'of loyalty: the customer metafield the points are kept in, "loyalty.points" unless told',
    ),
  source: z
    .literal("group", { error: 'Send "group", or leave it out for a rule of this store\'s own.' })
    .optional()
    .describe(
      "only where this store follows the rule of its store group, which owner and onForeignWrite then tell. Sent, it is this store's word that it follows it; left out, the store's own rule goes before the group's",
    ),
});

/** One rule as somebody sends it. */
export const sentRuleSchema = ruleSchema.extend({
  onForeignWrite: policySchema.optional(),
});

const rulesSchema = z.object({ items: z.array(ruleSchema) });

/** Who owns which data. */
export const ownershipEndpoints = [
  endpoint({
    method: "get",
    path: "/ownership-rules",
    summary: "Who owns each kind of data, and what a change by somebody else leads to",
    status: 200,
    answer: rulesSchema,
    run: async ({ db }, { shop }) => ({ items: await readRules(db, shop) }),
  }),
  endpoint({
    method: "put",
    path: "/ownership-rules",
    summary: "Replace all rules; what is not in the list is Shopify's",
    body: z.object({
      items: z.array(sentRuleSchema, { error: "Send a list of rules as items." }),
    }),
    status: 200,
    answer: rulesSchema,
    merchantOnly: true,
    run: async ({ db, clock }, { shop, actor }, { body }) => {
      const deps = { db, clock, systemsOf: listSystems, groupOf };
      const replaced = await replaceRules(deps, shop, actor, body.items);
      if (!replaced.ok) throw invalid(replaced.errors.map(dotted));
      return { items: replaced.rules };
    },
  }),
];
