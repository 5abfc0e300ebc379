import { z } from "zod";
import { writableDomains } from "#app/data-domains.ts";
import { readRules } from "#app/ownership/index.server.ts";
import { getIntent, receiveChange } from "#app/write-back/index.server.ts";
import { intentStatuses } from "#app/write-back/types.ts";
import { endpoint } from "../endpoint.ts";
import { invalid, notFound, Problem } from "../problem.ts";
import { domainSchema, sentTime, timeSchema } from "./schemas.ts";

const quantity = z
  .int({ error: "Use a whole number." })
  .min(-1_000_000_000, "Shopify takes no less than -1,000,000,000.")
  .max(1_000_000_000, "Shopify takes no more than 1,000,000,000.");

const changeSchema = z
  .object({
    domain: domainSchema,
    shop: z.string().optional(),
    sku: z.string().min(1).optional(),
    resourceId: z.string().optional().describe("gid of an InventoryLevel or InventoryItem"),
    locationId: z.string().optional().describe("gid of a Location"),
    set: z.strictObject({ available: quantity.optional(), onHand: quantity.optional() }),
    basedOnVersion: sentTime.optional(),
    observedAt: sentTime,
  })
  .refine(({ sku, resourceId }) => (sku === undefined) !== (resourceId === undefined), {
    path: ["sku"],
    error: "Send either sku or resourceId.",
  })
  .refine(({ set }) => (set.available === undefined) !== (set.onHand === undefined), {
    path: ["set"],
    error: "Set either available or onHand.",
  });

/** A system's clock may be ahead of ours by so much. */
const mostAheadMs = 5 * 60_000;

/** What systems that own data change. */
export const changeEndpoints = [
  endpoint({
    method: "post",
    path: "/changes",
    summary: "A change of the system that owns the data; it is written to Shopify",
    body: changeSchema,
    status: 202,
    answer: z.object({ id: z.string() }),
    run: async (deps, caller, { body, trace }) => {
      const { systemId, shop } = caller;
      if (systemId === null)
        throw new Problem(403, "Changes come from systems: use the system's API key.");
      if (body.shop !== undefined && body.shop !== shop)
        throw invalid([{ field: "shop", message: `This key is for ${shop} only.` }]);
      const rules = await readRules(deps.db, shop);
      const owner = rules.find((rule) => rule.domain === body.domain)?.owner;
      if (owner !== systemId)
        throw new Problem(
          409,
          `Your system does not own ${body.domain} in this store: ${owner === "shopify" ? "Shopify does" : "another system does"}. Nothing was written. The merchant can change that under Ownership.`,
        );
      if (!writableDomains.includes(body.domain))
        throw invalid([
          { field: "domain", message: `Converge can write ${writableDomains.join(", ")} only.` },
        ]);
      for (const field of ["observedAt", "basedOnVersion"] as const)
        if (Date.parse(body[field] ?? "") > deps.clock.now() + mostAheadMs)
          throw invalid([{ field, message: "It is in the future. Check your system's clock." }]);
      const received = await receiveChange(
        { ...deps, enqueue: deps.queue.enqueue },
        { ...body, shop, systemId, trace },
      );
      if (!received.ok) throw invalid(received.errors);
      return { id: received.id };
    },
  }),
  endpoint({
    method: "get",
    path: "/changes/{id}",
    summary: "What became of a change",
    status: 200,
    answer: z.object({
      id: z.string(),
      status: z.enum(intentStatuses),
      reason: z.string().nullable(),
      systemId: z.string().nullable(),
      resourceId: z.string(),
      correlationId: z.string(),
      createdAt: timeSchema,
      settledAt: timeSchema.nullable(),
    }),
    run: async ({ db }, { shop }, { params }) => {
      const intent = await getIntent(db, shop, params["id"] ?? "");
      if (!intent) throw notFound("change");
      return intent;
    },
  }),
];
