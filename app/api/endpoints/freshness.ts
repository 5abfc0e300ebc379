import { z } from "zod";
import { freshnessStates } from "#app/freshness/types.ts";
import { readFreshness } from "#app/staleness/index.server.ts";
import { endpoint } from "../endpoint.ts";
import { domainSchema } from "./schemas.ts";

const freshnessSchema = z.object({
  domain: domainSchema,
  system: z.string().nullable().describe("Null: from Shopify to Converge"),
  stalenessSeconds: z.number(),
  completeUpTo: z.string().describe("Every change up to then is known and acknowledged"),
  state: z.enum(freshnessStates),
  excluded: z.boolean().describe("Quiet hours or maintenance: the state counts for nothing now"),
  errorBudgetLeftPercent: z.number().describe("Below zero: more went wrong than may"),
  proof: z.string().describe("Why it is complete up to then, and not longer"),
});

/** How fresh the data is. */
export const freshnessEndpoints = [
  endpoint({
    method: "get",
    path: "/freshness",
    summary: "How stale each kind of data is now, in Converge and in every system",
    status: 200,
    answer: z.object({ items: z.array(freshnessSchema) }),
    run: async (deps, { shop }) => ({
      items: (await readFreshness(deps, shop)).map(({ proof, budget, ...one }) => ({
        domain: one.domain,
        system: one.system,
        stalenessSeconds: one.stalenessSeconds,
        completeUpTo: one.completeUpTo,
        state: one.state,
        excluded: one.excluded,
        errorBudgetLeftPercent: Math.round(budget.leftPercent * 100) / 100,
        proof: proof.sentence,
      })),
    }),
  }),
];
