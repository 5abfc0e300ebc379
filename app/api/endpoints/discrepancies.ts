import { z } from "zod";
import {
  listDiscrepancies,
  resolveDiscrepancy,
  resolveMany,
} from "#app/discrepancies/index.server.ts";
import { discrepancyKinds, discrepancyStatuses } from "#app/discrepancies/types.ts";
import { goneAmong } from "#app/mirror/index.server.ts";
import { endpoint } from "../endpoint.ts";
import { notFound, Problem } from "../problem.ts";
import { domainSchema, given, pageOf, pageQuery, timeSchema } from "./schemas.ts";

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

const decision = {
  with: z.enum(["owner", "ignore"], { error: "Choose one of: owner, ignore." }),
  reason: z.string({ error: "Say why." }).trim().min(1, "Say why.").max(200),
};

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
    path: "/discrepancies/resolve",
    summary: "Decide about many: those named, or all open ones that the filter leaves",
    body: z
      .strictObject({
        ids: z
          .array(z.uuid("Use ids of discrepancies."))
          .min(1, "Name at least one.")
          .max(1_000)
          .optional(),
        filter: z
          .strictObject({
            domain: domainSchema.optional(),
            kind: z.enum(discrepancyKinds).optional(),
            system: z.string().optional(),
          })
          .optional(),
        ...decision,
      })
      .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
        path: ["ids"],
        error: "Send either ids or a filter; an empty filter means all.",
      }),
    status: 200,
    answer: z.object({ count: z.number().int() }),
    merchantOnly: true,
    run: async ({ db, vault, clock, queue }, { shop, actor }, { body }) => {
      const { ids, filter, ...decided } = body;
      const room = { db, vault, clock, enqueue: queue.enqueue, goneAmong };
      const chosen = ids === undefined ? { filter: given(filter ?? {}) } : { ids };
      return { count: await resolveMany(room, shop, actor, chosen, decided) };
    },
  }),
  endpoint({
    method: "post",
    path: "/discrepancies/{id}/resolve",
    summary: "Decide: the owner's value holds, or both stay as they are",
    body: z.strictObject(decision),
    status: 200,
    answer: discrepancySchema,
    merchantOnly: true,
    run: async (deps, { shop, actor }, { params, body }) => {
      const { db, vault, clock, queue } = deps;
      const room = { db, vault, clock, enqueue: queue.enqueue, goneAmong };
      const done = await resolveDiscrepancy(room, shop, actor, params["id"] ?? "", body);
      if (!done) throw notFound("discrepancy");
      if (done.outcome === "closed") throw new Problem(409, "Somebody decided about it already.");
      return done.discrepancy;
    },
  }),
];
