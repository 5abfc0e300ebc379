import { z } from "zod";
import { ruleForAll, rulesForAll } from "#app/coordination/index.server.ts";
import { endpoint } from "../endpoint.ts";
import { dotted, invalid, notFound } from "../problem.ts";
import { policySchema } from "./ownership-rules.ts";
import { domainSchema } from "./schemas.ts";

const groupRuleSchema = z.object({
  domain: domainSchema,
  owner: z
    .string()
    .describe(
      '"shopify": in each store its own; or the id of a system connected to a store of the group, which then sends its changes with `shop`',
    ),
  onForeignWrite: policySchema,
  followedBy: z
    .array(z.string())
    .describe("the stores for which it holds: each says so itself, in its ownership rules"),
});

const rulesSchema = z.object({ items: z.array(groupRuleSchema) });

const sentRuleSchema = groupRuleSchema.omit({ followedBy: true }).extend({
  onForeignWrite: policySchema.optional(),
});

const noSuchGroup = () => notFound("store group");

/** Who owns which data in the stores of a group. */
export const storeGroupRuleEndpoints = [
  endpoint({
    method: "get",
    path: "/store-groups/{id}/ownership-rules",
    summary: "Who owns which data in the stores of a group that follow it",
    status: 200,
    answer: rulesSchema,
    run: async ({ db }, { shop }, { params }) => {
      const items = await rulesForAll(db, shop, params["id"] ?? "");
      if (items === null) throw noSuchGroup();
      return { items };
    },
  }),
  endpoint({
    method: "put",
    path: "/store-groups/{id}/ownership-rules",
    summary:
      "Replace all rules of the group. Each store follows only those it has said so of; what is not in the list every store decides for itself",
    body: z.object({
      items: z.array(sentRuleSchema, { error: "Send a list of rules as items." }),
    }),
    status: 200,
    answer: rulesSchema,
    merchantOnly: true,
    run: async ({ db, clock }, { shop, actor }, { params, body }) => {
      const ruled = await ruleForAll(
        { db, clock },
        { shop, actor },
        params["id"] ?? "",
        body.items,
      );
      if (ruled.outcome === "no_such_group") throw noSuchGroup();
      if (ruled.outcome === "refused") throw invalid(ruled.errors.map(dotted));
      return { items: ruled.rules };
    },
  }),
];
