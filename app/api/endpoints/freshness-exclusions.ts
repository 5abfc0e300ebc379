import { z } from "zod";
import { clockPattern, readExclusionsOf, replaceExclusions } from "#app/freshness/index.server.ts";
import type { FreshnessExclusion } from "#app/freshness/types.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { endpoint } from "../endpoint.ts";
import { dotted, invalid } from "../problem.ts";
import { domainSchema, sentTime } from "./schemas.ts";

const clockTime = z.string().regex(clockPattern, "Use HH:MM by the clocks of the store: 22:00.");

const what = {
  domain: domainSchema.nullish().describe("Left out: every kind of data"),
  system: z.string().nullish().describe("The id of one system; left out: every place"),
  note: z.string().max(200).nullish().describe("Why, for people"),
};

/** A time that says nothing of an SLA, as the API tells and takes it. */
export const exclusionSchema = z.discriminatedUnion(
  "kind",
  [
    z.object({ kind: z.literal("maintenance"), from: sentTime, to: sentTime, ...what }),
    z.object({
      kind: z.literal("quiet_hours"),
      fromTime: clockTime,
      toTime: clockTime.describe("Before `fromTime`: on the next day"),
      weekdays: z
        .array(z.int().min(1).max(7))
        .min(1)
        .nullish()
        .describe("1 (Monday) to 7, the days on which they begin; left out: every day"),
      ...what,
    }),
  ],
  { error: "Choose one of: maintenance, quiet_hours." },
);
type Sent = z.infer<typeof exclusionSchema>;

const exclusionsSchema = z.object({ items: z.array(exclusionSchema) });

/** What is null was left out. */
export function toRule(sent: Sent): FreshnessExclusion {
  const entries = Object.entries(sent).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as unknown as FreshnessExclusion;
}

/** Times that say nothing of an SLA. */
export const freshnessExclusionEndpoints = [
  endpoint({
    method: "get",
    path: "/freshness-exclusions",
    summary: "Quiet hours and maintenance: times that no SLA counts, neither as good nor as bad",
    status: 200,
    answer: exclusionsSchema,
    run: async ({ db }, { shop }) => ({
      items: (await readExclusionsOf(db, [shop])).get(shop) ?? [],
    }),
  }),
  endpoint({
    method: "put",
    path: "/freshness-exclusions",
    summary: "Replace all quiet hours and maintenance windows",
    body: z.object({
      items: z.array(exclusionSchema, { error: "Send a list of exclusions as items." }).max(100),
    }),
    status: 200,
    answer: exclusionsSchema,
    merchantOnly: true,
    run: async ({ db }, { shop, actor }, { body }) => {
      const deps = { db, systemsOf: listSystems };
      const replaced = await replaceExclusions(deps, shop, actor, body.items.map(toRule));
      if (!replaced.ok) throw invalid(replaced.errors.map(dotted));
      return { items: replaced.rules };
    },
  }),
];
