import { z } from "zod";
import { readSlas, replaceSlas } from "#app/freshness/index.server.ts";
import { syncMethods } from "#app/freshness/types.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { endpoint } from "../endpoint.ts";
import { dotted, invalid } from "../problem.ts";
import { domainSchema } from "./schemas.ts";

const seconds = z.int().min(1);

/** How fresh a kind of data has to be, as the API tells and takes it. */
export const slaSchema = z.object({
  domain: domainSchema,
  system: z.string().nullish().describe("The id of one system; left out: every system"),
  warnAfterSeconds: seconds,
  breachAfterSeconds: seconds,
  targetPercent: z.number(),
  windowDays: z.int().min(1),
  windowKind: z
    .enum(["rolling", "calendar"], { error: "Choose one of: rolling, calendar." })
    .nullish()
    .describe("calendar: this week (7 days), month (30) or quarter (90) of the store's calendar"),
  syncMethod: z.enum(syncMethods, { error: `Choose one of: ${syncMethods.join(", ")}.` }),
  pollEverySeconds: seconds,
});

const slasSchema = z.object({ items: z.array(slaSchema) });

/** How fresh each kind of data has to be. */
export const freshnessSlaEndpoints = [
  endpoint({
    method: "get",
    path: "/freshness-slas",
    summary: "How fresh each kind of data has to be, and how often Shopify is asked besides",
    status: 200,
    answer: slasSchema,
    run: async ({ db }, { shop }) => ({ items: await readSlas(db, shop) }),
  }),
  endpoint({
    method: "put",
    path: "/freshness-slas",
    summary: "Replace all SLAs; a kind of data that is not in the list has its default",
    body: z.object({
      items: z.array(slaSchema, { error: "Send a list of SLAs as items." }),
    }),
    status: 200,
    answer: slasSchema,
    merchantOnly: true,
    run: async ({ db, clock }, { shop, actor }, { body }) => {
      const deps = { db, clock, systemsOf: listSystems };
      const replaced = await replaceSlas(deps, shop, actor, body.items);
      if (!replaced.ok) throw invalid(replaced.errors.map(dotted));
      return { items: replaced.slas };
    },
  }),
];
