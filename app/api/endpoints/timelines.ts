import { z } from "zod";
import { readTimeline } from "#app/timeline/index.server.ts";
import { endpoint } from "../endpoint.ts";
import { timeSchema } from "./schemas.ts";

/** What happened to one record. */
export const timelineEndpoints = [
  endpoint({
    method: "get",
    path: "/resources/{gid}/timeline",
    summary: "Everything that happened to one order, product or stock level, oldest first",
    status: 200,
    answer: z.object({
      items: z.array(
        z.object({
          at: timeSchema,
          kind: z.string(),
          correlationId: z.string(),
          shop: z.string(),
          system: z.string().optional(),
          summary: z.string(),
          eventId: z.string().nullable(),
        }),
      ),
      next: z.null(),
    }),
    run: async (deps, { shop }, { params }) => ({
      items: await readTimeline(deps, shop, params["gid"] ?? ""),
      next: null,
    }),
  }),
];
