import { z } from "zod";
import { stageLags } from "#app/freshness/index.server.ts";
import { lagStages } from "#app/freshness/types.ts";
import { getSystem } from "#app/systems/index.server.ts";
import { endpoint } from "../endpoint.ts";
import { invalid, notFound } from "../problem.ts";
import { domainSchema, sentTime } from "./schemas.ts";

const stageSchema = z.object({
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  count: z.number().int(),
});

const usualWindowMs = 24 * 3600 * 1000;

/** Where the time goes. */
export const lagEndpoints = [
  endpoint({
    method: "get",
    path: "/lag",
    summary: "How long changes take, in seconds, by stage; the last 24 hours unless told",
    query: z.object({
      domain: domainSchema.optional(),
      system: z.string().optional().describe("The id of a system"),
      from: sentTime.optional(),
      to: sentTime.optional(),
    }),
    status: 200,
    answer: z.object({
      stages: z.object(
        Object.fromEntries(lagStages.map((stage) => [stage, stageSchema])) as Record<
          (typeof lagStages)[number],
          typeof stageSchema
        >,
      ),
    }),
    run: async ({ db, clock }, { shop }, { query: { domain, system, from, to } }) => {
      const toMs = to === undefined ? clock.now() : Date.parse(to);
      const fromMs = from === undefined ? toMs - usualWindowMs : Date.parse(from);
      if (fromMs > toMs)
        throw invalid([{ field: "from", message: "It is after `to`. Swap the two." }]);
      if (system !== undefined && !(await getSystem(db, shop, system))) throw notFound("system");
      return { stages: await stageLags(db, shop, { domain, system, fromMs, toMs }) };
    },
  }),
];
