import { z } from "zod";
import {
  acknowledgeAlert,
  listAlerts,
  longestSnoozeMinutes,
  snoozeAlert,
} from "#app/alerts/index.server.ts";
import { alertKinds, alertStates, closeReasons, severities } from "#app/alerts/types.ts";
import { endpoint } from "../endpoint.ts";
import { notFound, Problem } from "../problem.ts";
import { domainSchema, pageOf, pageQuery, timeSchema } from "./schemas.ts";

const alertSchema = z.object({
  id: z.string(),
  kind: z.enum(alertKinds),
  domain: domainSchema.nullable(),
  system: z.string().nullable(),
  state: z.enum(alertStates),
  severity: z.enum(severities),
  summary: z.string().describe("What is wrong, in one sentence"),
  advice: z.string().describe("What to do about it"),
  openedAt: timeSchema,
  lastSeenAt: timeSchema,
  acknowledgedAt: timeSchema.nullable(),
  snoozedUntil: timeSchema.nullable().describe("Nobody is reminded until then"),
  closedAt: timeSchema.nullable(),
  closedBecause: z
    .enum(closeReasons)
    .nullable()
    .describe("worse: another alert tells of the same and more"),
});

/** Runs what a person decided about an alert, or says why it cannot be. */
async function decided(done: ReturnType<typeof acknowledgeAlert>) {
  const result = await done;
  if (!result) throw notFound("alert");
  if (result.outcome === "closed") throw new Problem(409, "It is over already.");
  return alertSchema.parse(result.alert);
}

/** What is wrong, and what was. */
export const alertEndpoints = [
  endpoint({
    method: "get",
    path: "/alerts",
    summary: "Incidents, newest first; one each, from when it was noticed until it was over",
    query: z.object({
      ...pageQuery,
      state: z.enum(alertStates).optional(),
      kind: z.enum(alertKinds).optional(),
    }),
    status: 200,
    answer: pageOf(alertSchema),
    run: async ({ db }, { shop }, { query: { limit, after, state, kind } }) => {
      const filter = { states: state === undefined ? undefined : [state], kind };
      const page = await listAlerts(db, shop, filter, { limit, after });
      return { ...page, items: page.items.map((item) => alertSchema.parse(item)) };
    },
  }),
  endpoint({
    method: "post",
    path: "/alerts/{id}/acknowledge",
    summary: "Say that somebody looks after it: nobody is told again unless it gets worse",
    status: 200,
    answer: alertSchema,
    merchantOnly: true,
    run: (deps, { shop, actor }, { params }) =>
      decided(acknowledgeAlert(deps, shop, actor, params["id"] ?? "")),
  }),
  endpoint({
    method: "post",
    path: "/alerts/{id}/snooze",
    summary: "Put it off: if it is still so by then, everybody is told again",
    body: z.strictObject({
      minutes: z
        .int({ error: "Use a number of minutes." })
        .min(1, "Use at least 1 minute.")
        .max(longestSnoozeMinutes, "At most a week: 10080 minutes."),
    }),
    status: 200,
    answer: alertSchema,
    merchantOnly: true,
    run: (deps, { shop, actor }, { params, body }) =>
      decided(snoozeAlert(deps, shop, actor, params["id"] ?? "", body.minutes)),
  }),
];
