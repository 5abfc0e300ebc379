import { z } from "zod";
import { cancelRun, getRun, listRuns, startRun } from "#app/reconciliation/index.server.ts";
import { runModes, runPhases, runStatuses, runTriggers } from "#app/reconciliation/types.ts";
import { endpoint } from "../endpoint.ts";
import { invalid, notFound, Problem } from "../problem.ts";
import { domainSchema, given, pageOf, pageQuery, timeSchema } from "./schemas.ts";

const runSchema = z.object({
  id: z.string(),
  domain: domainSchema,
  system: z.string().describe("shopify, or the system that was compared too"),
  trigger: z.enum(runTriggers),
  mode: z.enum(runModes),
  status: z.enum(runStatuses),
  phase: z.enum(runPhases).nullable(),
  compared: z.number().int(),
  found: z.number().int(),
  repaired: z.number().int(),
  inFlight: z.number().int().describe("about to agree; not part of found"),
  partial: z.boolean(),
  note: z.string().nullable(),
  progress: z.object({
    read: z.number().int(),
    expected: z.number().int(),
    downloadedBytes: z.number().int(),
    resultBytes: z.number().int().nullable(),
  }),
  startedAt: timeSchema,
  finishedAt: timeSchema.nullable(),
});

const base = "/reconciliations";

/** Full comparisons. */
export const reconciliationEndpoints = [
  endpoint({
    method: "get",
    path: base,
    summary: "Full comparisons, newest first",
    query: z.object({
      ...pageQuery,
      domain: domainSchema.optional(),
      system: z.string().optional(),
    }),
    status: 200,
    answer: pageOf(runSchema),
    run: ({ db }, { shop }, { query: { limit, after, ...filter } }) =>
      listRuns(db, shop, given(filter), { limit, after }),
  }),
  endpoint({
    method: "post",
    path: base,
    summary: "Compare Shopify with what Converge knows, and with what a system has",
    body: z.strictObject({
      domain: domainSchema,
      system: z.string({ error: "Use shopify, or the id of a connected system." }),
      mode: z.enum(runModes).default("repair").describe("report: nothing is changed"),
    }),
    status: 202,
    answer: z.object({ id: z.string() }),
    run: async (deps, { shop, actor }, { body }) => {
      const { db, clock, queue } = deps;
      const room = { db, clock, enqueue: queue.enqueue };
      const started = await startRun(room, shop, { ...body, trigger: "manual", actor });
      if (started.ok) return { id: started.run.id };
      if (started.because === "state") throw new Problem(409, started.message);
      throw invalid([{ field: started.field, message: started.message }]);
    },
  }),
  endpoint({
    method: "get",
    path: `${base}/{id}`,
    summary: "One comparison",
    status: 200,
    answer: runSchema,
    run: async ({ db }, { shop }, { params }) => {
      const run = await getRun(db, shop, params["id"] ?? "");
      if (!run) throw notFound("reconciliation");
      return run;
    },
  }),
  endpoint({
    method: "post",
    path: `${base}/{id}/cancel`,
    summary: "End a comparison that runs; what it repaired stays",
    status: 200,
    answer: runSchema,
    run: async (deps, { shop, actor }, { params }) => {
      const { db, clock, queue } = deps;
      const id = params["id"] ?? "";
      if (!(await getRun(db, shop, id))) throw notFound("reconciliation");
      await cancelRun({ db, clock, enqueue: queue.enqueue }, shop, actor, id);
      return getRun(db, shop, id);
    },
  }),
];
