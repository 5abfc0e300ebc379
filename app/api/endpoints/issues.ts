import { z } from "zod";
import {
  acknowledgeIssue,
  ignoreIssue,
  listIssues,
  reopenIssue,
} from "#app/delivery/index.server.ts";
import { type DeliveryIssueState, deliveryIssueStates } from "#app/delivery/types.ts";
import { endpoint } from "../endpoint.ts";
import { notFound, Problem } from "../problem.ts";
import { pageOf, pageQuery, timeSchema } from "./schemas.ts";

const issueSchema = z.object({
  id: z.string(),
  systemId: z.string(),
  cause: z.string().describe("Class of the answer and kind of failure: 4xx:rejected, none:timeout"),
  state: z.enum(deliveryIssueStates),
  stateSince: timeSchema,
  reason: z.string(),
  httpStatus: z.number().int().nullable(),
  count: z.number().int(),
  resources: z.number().int(),
  firstSeenAt: timeSchema,
  lastSeenAt: timeSchema,
});

function deciding(
  verb: string,
  to: DeliveryIssueState,
  summary: string,
  decide: typeof acknowledgeIssue,
) {
  return endpoint({
    method: "post",
    path: `/issues/{id}/${verb}`,
    summary,
    status: 200,
    answer: issueSchema,
    merchantOnly: true,
    run: async (deps, { shop, actor }, { params }) => {
      const issue = await decide(deps, shop, actor, params["id"] ?? "");
      if (!issue) throw notFound("issue");
      if (issue.state !== to)
        throw new Problem(409, `This issue is ${issue.state}: open it again first.`);
      return issue;
    },
  });
}

/** Dead letters by what they have in common. */
export const issueEndpoints = [
  endpoint({
    method: "get",
    path: "/issues",
    summary: "Failures of one cause, the last seen first; those that need a person unless told",
    query: z.object({
      ...pageQuery,
      state: z.enum(deliveryIssueStates).optional(),
      systemId: z.string().optional(),
    }),
    status: 200,
    answer: pageOf(issueSchema),
    run: ({ db }, { shop }, { query: { state, ...page } }) =>
      listIssues(db, shop, { ...page, ...(state === undefined ? {} : { states: [state] }) }),
  }),
  deciding("acknowledge", "acknowledged", "Say that somebody looks after it", acknowledgeIssue),
  deciding("ignore", "ignored", "Only count further failures of this cause", ignoreIssue),
  deciding("reopen", "open", "Say that somebody has to look after it again", reopenIssue),
];
