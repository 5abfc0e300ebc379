import { z } from "zod";
import {
  cancelReplay,
  getReplay,
  listReplays,
  pauseReplay,
  resumeReplay,
} from "#app/delivery/index.server.ts";
import { replayKinds, type ReplayStatus, replayStatuses } from "#app/delivery/types.ts";
import { endpoint } from "../endpoint.ts";
import { notFound, Problem } from "../problem.ts";
import { pageOf, pageQuery, timeSchema } from "./schemas.ts";

const replaySchema = z.object({
  id: z.string(),
  kind: z.enum(replayKinds),
  actor: z.string(),
  status: z.enum(replayStatuses),
  pacePerSecond: z.number(),
  total: z.number().int(),
  done: z.number().int(),
  skipped: z.number().int().describe("Of those done: had nothing left to send"),
  createdAt: timeSchema,
  finishedAt: timeSchema.nullable(),
});

function steering(verb: string, to: ReplayStatus, summary: string, steer: typeof pauseReplay) {
  return endpoint({
    method: "post",
    path: `/replays/{id}/${verb}`,
    summary,
    status: 200,
    answer: replaySchema,
    merchantOnly: true,
    run: async (deps, { shop, actor }, { params }) => {
      const replay = await steer(deps, shop, actor, params["id"] ?? "");
      if (!replay) throw notFound("replay");
      if (replay.status !== to)
        throw new Problem(409, `This replay is ${replay.status}: it cannot be changed any more.`);
      return replaySchema.parse(replay);
    },
  });
}

/** Replays, recoveries and backfills that go at their own pace: the `jobId`s of other calls. */
export const replayEndpoints = [
  endpoint({
    method: "get",
    path: "/replays",
    summary: "Replays, newest first",
    query: z.object(pageQuery),
    status: 200,
    answer: pageOf(replaySchema),
    run: async ({ db }, { shop }, { query }) => {
      const { items, next } = await listReplays(db, shop, query);
      return { items: items.map((item) => replaySchema.parse(item)), next };
    },
  }),
  endpoint({
    method: "get",
    path: "/replays/{id}",
    summary: "How far a replay has come",
    status: 200,
    answer: replaySchema,
    run: async ({ db }, { shop }, { params }) => {
      const replay = await getReplay(db, shop, params["id"] ?? "");
      if (!replay) throw notFound("replay");
      return replaySchema.parse(replay);
    },
  }),
  steering("pause", "paused", "Stop a replay where it is", pauseReplay),
  steering("resume", "running", "Go on with a paused replay", resumeReplay),
  steering("cancel", "cancelled", "End a replay; what it did stays done", cancelReplay),
];
