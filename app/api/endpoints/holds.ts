import { z } from "zod";
import {
  answerHold,
  answerOrderHold,
  type ChangedHold,
  type ChangedOrderHold,
  confirmHold,
  getHold,
  getOrderHold,
  groupOf,
  listHolds,
  placeHold,
  releaseHold,
  releaseOrderHold,
} from "#app/coordination/index.server.ts";
import {
  holdAnswers,
  holdStatuses,
  type HoldView,
  type OrderHoldView,
} from "#app/coordination/types.ts";
import { type ApiDeps, endpoint } from "../endpoint.ts";
import { invalid, notFound, Problem } from "../problem.ts";
import { orderHoldSchema } from "./order-holds.ts";
import { pageOf, pageQuery, timeSchema } from "./schemas.ts";

const holdSchema = z.object({
  id: z.string(),
  groupId: z.string().nullable(),
  shop: z.string(),
  sku: z.string(),
  poolLocation: z
    .string()
    .nullable()
    .describe("where the group keeps the units; null: without a group, or it is no more"),
  quantity: z.number().int(),
  reference: z.string(),
  autoConfirm: z.boolean(),
  status: z.enum(holdStatuses),
  reason: z.string().nullable(),
  participants: z.array(
    z.object({
      systemId: z.string(),
      answer: z.enum(holdAnswers).nullable(),
      answeredAt: timeSchema.nullable(),
    }),
  ),
  reserved: z.number().int().describe("units in reserved in Shopify right now"),
  createdAt: timeSchema,
  expiresAt: timeSchema,
  decidedAt: timeSchema.nullable(),
  orderId: z.string().nullable().describe("the order that took the units, once it is consumed"),
});

const wantedSchema = z.strictObject({
  groupId: z.string().min(1).optional(),
  sku: z.string({ error: "Name the article." }).min(1, "Name the article."),
  quantity: z
    .number({ error: "Say how many units." })
    .int("Use a whole number.")
    .min(1, "Hold at least 1 unit.")
    .max(1_000_000_000, "Hold at most 1,000,000,000 units."),
  participants: z
    .array(z.string(), { error: "List the systems that have to agree, by id." })
    .max(20, "At most 20 systems can have to agree.")
    .refine((ids) => new Set(ids).size === ids.length, "Name each system once."),
  ttlSeconds: z
    .number({ error: "Say for how many seconds." })
    .int("Use a whole number of seconds.")
    .min(1, "Use at least 1 second.")
    .max(604_800, "Use at most 604,800 seconds, a week."),
  reference: z
    .string({ error: "Say what it is for, like an order's name." })
    .min(1, "Say what it is for, like an order's name.")
    .max(200, "Use at most 200 characters."),
  autoConfirm: z.boolean().default(true).describe("the last acknowledgement confirms"),
  locationId: z
    .string()
    .regex(/^gid:\/\/shopify\/Location\/\d+$/, "Use a gid: gid://shopify/Location/1.")
    .optional()
    .describe("without a group: where the units are"),
  poolLocation: z
    .string()
    .optional()
    .describe(
      "of a group: id of the pool location; not told: of those that have it whole, one that this store shows, then the one with most free units",
    ),
});

/** What acting on holds takes; the queue hands the rest to a worker. */
const handing = (deps: ApiDeps) => ({ ...deps, enqueue: deps.queue.enqueue });

/** Of units, or of an order that a rule holds: ids say which. */
const anyHoldSchema = z.union([holdSchema, orderHoldSchema]);

/** @throws Problem 404 or 409 */
function orProblem(changed: ChangedHold | ChangedOrderHold): HoldView | OrderHoldView {
  if (changed === null) throw notFound("hold");
  if (changed.outcome === "refused") throw new Problem(409, changed.why);
  return changed.hold;
}

function answering(name: "acknowledge" | "refuse") {
  return endpoint({
    method: "post",
    path: `/holds/{id}/${name}`,
    summary:
      name === "acknowledge"
        ? "A participant agrees, with its own key; the last one confirms the hold"
        : "A participant does not agree, with its own key: the units are released, an order stays held",
    status: 200,
    answer: anyHoldSchema,
    run: async (deps, { systemId }, { params }) => {
      if (systemId === null) throw notFound("hold");
      const answer = name === "acknowledge" ? "acknowledged" : "refused";
      const [acting, id] = [handing(deps), params["id"] ?? ""];
      const changed = await answerHold(acting, systemId, id, answer);
      return orProblem(changed ?? (await answerOrderHold(acting, systemId, id, answer)));
    },
  });
}

/** Units that are promised to somebody until a time. */
export const holdEndpoints = [
  endpoint({
    method: "get",
    path: "/holds",
    summary: "Holds of this store and its group, newest first",
    query: z.object({
      ...pageQuery,
      status: z.enum(holdStatuses).optional(),
      sku: z.string().optional(),
    }),
    status: 200,
    answer: pageOf(holdSchema),
    run: async (deps, { shop }, { query }) => {
      const group = await groupOf(deps.db, shop);
      return listHolds(deps, { shop, groupId: group?.id ?? null }, query);
    },
  }),
  endpoint({
    method: "post",
    path: "/holds",
    summary: "Hold units of a pool (or, without a group, of this store's stock) for somebody",
    body: wantedSchema,
    status: 201,
    answer: holdSchema,
    run: async (deps, { shop }, { body }) => {
      const placed = await placeHold(handing(deps), shop, body);
      if (placed.outcome === "held") return placed.hold;
      if (placed.outcome === "no_such_group") throw notFound("store group");
      if (placed.outcome === "wrong")
        throw invalid([{ field: placed.field, message: placed.message }]);
      throw new Problem(
        409,
        `There ${placed.free === 1 ? "is" : "are"} only ${String(Math.max(0, placed.free))} free of ${body.sku}. Nothing is held.`,
      );
    },
  }),
  endpoint({
    method: "get",
    path: "/holds/{id}",
    summary: "One hold, of units or of an order, with the answers so far",
    status: 200,
    answer: anyHoldSchema,
    run: async (deps, { shop }, { params }) => {
      const id = params["id"] ?? "";
      const hold = (await getHold(deps, shop, id)) ?? (await getOrderHold(deps, shop, id));
      if (hold === null) throw notFound("hold");
      return hold;
    },
  }),
  answering("acknowledge"),
  answering("refuse"),
  endpoint({
    method: "post",
    path: "/holds/{id}/confirm",
    summary: "Confirm a hold that every participant has acknowledged",
    status: 200,
    answer: holdSchema,
    run: async (deps, { shop }, { params }) =>
      orProblem(await confirmHold(handing(deps), shop, params["id"] ?? "")),
  }),
  endpoint({
    method: "post",
    path: "/holds/{id}/release",
    summary: "Give the units of a hold back, a confirmed one's too; let an order be shipped",
    status: 200,
    answer: anyHoldSchema,
    run: async (deps, { shop, actor, systemId }, { params }) => {
      const why = systemId === null ? "You released it." : "The system that placed it released it.";
      const [acting, id] = [handing(deps), params["id"] ?? ""];
      const released = await releaseHold(acting, shop, id, why);
      // What a participant refused is the merchant's to let go, not a system's.
      const order =
        systemId === null ? () => releaseOrderHold(acting, { shop, actor }, id) : () => null;
      return orProblem(released ?? (await order()));
    },
  }),
];
