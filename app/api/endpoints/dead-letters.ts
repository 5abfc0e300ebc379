import { z } from "zod";
import {
  type DeadLetterSelection,
  discardDeadLetters,
  listDeadLetters,
  previewReplay,
  replayDeadLetters,
} from "#app/delivery/index.server.ts";
import { Answer, endpoint } from "../endpoint.ts";
import {
  domainSchema,
  given,
  paceSchema,
  pageOf,
  pageQuery,
  previewSchema,
  sentTime,
  timeSchema,
} from "./schemas.ts";

const kinds = ["event", "delivery"] as const;

const letterSchema = z.object({
  id: z.string(),
  kind: z.enum(kinds),
  eventId: z.string(),
  systemId: z.string().nullable(),
  domain: z.string().nullable(),
  resource: z.object({ type: z.string(), id: z.string(), sku: z.string().nullable() }).nullable(),
  reason: z.string(),
  httpStatus: z.number().int().nullable(),
  at: timeSchema,
});

const filterSchema = z.strictObject({
  systemId: z.string().optional(),
  domain: domainSchema.optional(),
  kind: z.enum(kinds, { error: "Choose one of: event, delivery." }).optional(),
  from: sentTime.optional(),
  to: sentTime.optional(),
});

const chosen = {
  ids: z.array(z.string()).max(1_000, "Name at most 1,000, or use a filter.").optional(),
  filter: filterSchema.optional(),
};

type Chosen = { ids?: string[] | undefined; filter?: z.infer<typeof filterSchema> | undefined };

const oneOfBoth = ({ ids, filter }: Chosen) => (ids === undefined) !== (filter === undefined);
const oneOfBothError = { path: ["ids"], error: "Send either ids or a filter ({} for all)." };

function selectionOf({ ids, filter }: Chosen): DeadLetterSelection {
  return ids ? { ids } : { filter: given(filter ?? {}) };
}

/** What failed for good. */
export const deadLetterEndpoints = [
  endpoint({
    method: "get",
    path: "/dead-letters",
    summary: "Dead letters, newest first",
    query: z.object({ ...pageQuery, ...filterSchema.shape }),
    status: 200,
    answer: pageOf(letterSchema),
    run: async ({ db }, { shop }, { query }) => {
      const page = await listDeadLetters(db, shop, given(query));
      return { items: page.items.map((item) => letterSchema.parse(item)), next: page.next };
    },
  }),
  endpoint({
    method: "post",
    path: "/dead-letters/replay",
    summary: "Try dead letters again, or say what that would do (dryRun, answered with 200)",
    body: z
      .strictObject({ ...chosen, dryRun: z.boolean().default(false), pacePerSecond: paceSchema })
      .refine(oneOfBoth, oneOfBothError),
    status: 202,
    answer: z.object({ count: z.number().int(), jobId: z.string().nullable() }),
    otherAnswers: { 200: previewSchema },
    run: async (deps, { shop, actor }, { body }) => {
      const selection = selectionOf(body);
      if (body.dryRun) return new Answer(200, await previewReplay(deps.db, shop, selection));
      return replayDeadLetters(
        deps,
        shop,
        actor,
        selection,
        given({ pacePerSecond: body.pacePerSecond }),
      );
    },
  }),
  endpoint({
    method: "post",
    path: "/dead-letters/discard",
    summary: "Give dead letters up for good",
    body: z
      .strictObject({
        ...chosen,
        reason: z.string({ error: "Say why." }).trim().min(1, "Say why.").max(200),
      })
      .refine(oneOfBoth, oneOfBothError),
    status: 200,
    answer: z.object({ count: z.number().int() }),
    run: (deps, { shop, actor }, { body }) =>
      discardDeadLetters(deps, shop, actor, selectionOf(body), body.reason),
  }),
];
