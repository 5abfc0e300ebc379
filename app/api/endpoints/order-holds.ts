import { z } from "zod";
import {
  listOrderHolds,
  orderRuleSchema,
  readOrderRules,
  replaceOrderRules,
} from "#app/coordination/index.server.ts";
import { holdAnswers, orderHoldStatuses } from "#app/coordination/types.ts";
import { endpoint } from "../endpoint.ts";
import { invalid } from "../problem.ts";
import { pageOf, pageQuery, timeSchema } from "./schemas.ts";

/** An order that is kept from being shipped, or was. */
export const orderHoldSchema = z.object({
  id: z.string(),
  shop: z.string(),
  orderId: z.string(),
  rule: z.string(),
  reference: z.string().describe("the order's name"),
  status: z.enum(orderHoldStatuses),
  reason: z.string().nullable(),
  keptBack: z.boolean().describe("Shopify keeps it from being shipped, or is about to"),
  participants: z.array(
    z.object({
      systemId: z.string(),
      answer: z.enum(holdAnswers).nullable(),
      answeredAt: timeSchema.nullable(),
    }),
  ),
  createdAt: timeSchema,
  expiresAt: timeSchema,
  decidedAt: timeSchema.nullable(),
});

/** Checked by the room, which knows the systems; every wrong field is named. */
const sentSchema = z.object({
  items: z.array(z.unknown(), { error: "Send a list of rules as items." }),
});

const rulesSchema = z.object({ items: z.array(orderRuleSchema) });

/** Orders of high value, and which those are. */
export const orderHoldEndpoints = [
  endpoint({
    method: "get",
    path: "/order-holds",
    summary: "Orders of this store that a rule holds or held, newest first",
    query: z.object(pageQuery),
    status: 200,
    answer: pageOf(orderHoldSchema),
    run: (deps, { shop }, { query }) => listOrderHolds(deps, shop, query),
  }),
  endpoint({
    method: "get",
    path: "/order-hold-rules",
    summary: "Which orders are not shipped before some systems have agreed",
    status: 200,
    answer: rulesSchema,
    run: async ({ db }, { shop }) => ({ items: await readOrderRules(db, shop) }),
  }),
  endpoint({
    method: "put",
    path: "/order-hold-rules",
    summary: "Replace all rules; they are about orders placed from then on",
    body: sentSchema,
    status: 200,
    answer: rulesSchema,
    merchantOnly: true,
    run: async (deps, caller, { body }) => {
      const replaced = await replaceOrderRules(deps, caller, body.items);
      if (!replaced.ok) throw invalid(replaced.errors);
      return { items: replaced.rules };
    },
  }),
];
