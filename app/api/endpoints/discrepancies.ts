import { z } from "zod";
import { listDiscrepancies, resolveDiscrepancy } from "#app/discrepancies/index.server.ts";
import { discrepancyKinds, discrepancyStatuses } from "#app/discrepancies/types.ts";
import { endpoint } from "../endpoint.ts";
import { notFound, Problem } from "../problem.ts";
import { domainSchema, pageOf, pageQuery, timeSchema } from "./schemas.ts";

const sideSchema = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .nullable();

const discrepancySchema = z.object({
  id: z.string(),
  domain: domainSchema,
  kind: z.enum(discrepancyKinds),
  system: z.string().nullable(),
  resource: z.object({
    type: z.string(),
    id: z.string(),
    locationId: z.string().nullable(),
    sku: z.string().nullable(),
  }),
  shopifyValue: sideSchema,
  systemValue: sideSchema,
  owner: z.string(),
  cause: z.string(),
  status: z.enum(discrepancyStatuses),
  times: z.number().int(),
  firstSeenAt: timeSchema,
  lastSeenAt: timeSchema,
  resolvedAt: timeSchema.nullable(),
  resolution: z.string().nullable(),
  eventId: z.string().nullable(),
  correlationId: z.string(),
});

/** Where Shopify and an owner disagree. */
export const discrepancyEndpoints = [
  endpoint({
    method: "get",
    path: "/discrepancies",
    summary: "Discrepancies, newest first",
    query: z.object({
      ...pageQuery,
      status: z.enum(discrepancyStatuses).optional(),
      domain: domainSchema.optional(),
      kind: z.enum(discrepancyKinds).optional(),
      system: z.string().optional(),
      resource: z.string().optional().describe("A gid"),
    }),
    status: 200,
    answer: pageOf(discrepancySchema),
    run: ({ db, vault }, { shop }, { query: { limit, after, ...filter } }) =>
      listDiscrepancies({ db, vault }, shop, filter, { limit, after }),
  }),
  endpoint({
    method: "post",
    path: "/discrepancies/{id}/resolve",
    summary: "Decide: the owner's value holds, or both stay as they are",
    body: z.object({
      with: z.enum(["owner", "ignore"], { error: "Choose one of: owner, ignore." }),
      reason: z.string({ error: "Say why." }).trim().min(1, "Say why.").max(200),
    }),
    status: 200,
    answer: discrepancySchema,
    merchantOnly: true,
    run: async (deps, { shop, actor }, { params, body }) => {
      const { db, vault, clock, queue } = deps;
      const room = { db, vault, clock, enqueue: queue.enqueue };
      const done = await resolveDiscrepancy(room, shop, actor, params["id"] ?? "", body);
      if (!done) throw notFound("discrepancy");
      if (done.outcome === "closed") throw new Problem(409, "Somebody decided about it already.");
      return done.discrepancy;
    },
  }),
];
