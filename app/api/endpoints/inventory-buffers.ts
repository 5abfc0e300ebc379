import { z } from "zod";
import {
  groupOf,
  previewBuffers,
  readBuffers,
  replaceBuffers,
} from "#app/coordination/index.server.ts";
import { bufferModes } from "#app/coordination/types.ts";
import { endpoint } from "../endpoint.ts";
import { invalid } from "../problem.ts";
import { timeSchema } from "./schemas.ts";

/** What is kept back of an article, or of all. */
export const bufferSchema = z.object({
  groupId: z.string(),
  sku: z.string().nullable().describe("null: all articles without a rule of their own"),
  mode: z.enum(bufferModes),
  value: z
    .number()
    .describe(
      "fixed: units; percent: of the pool; auto: in so many of 100 times it may be too little",
    ),
  peakWindows: z.array(
    z.object({
      from: timeSchema,
      to: timeSchema,
      factor: z.number().describe("so many times as much is kept back"),
    }),
  ),
});

/** Checked by the room, which knows the group; every wrong field is named. */
const sentSchema = z.object({
  items: z.array(z.unknown(), { error: "Send a list of rules as items." }),
});

const listSchema = z.object({ items: z.array(bufferSchema) });

/** What is kept back from sale in a group. */
export const inventoryBufferEndpoints = [
  endpoint({
    method: "get",
    path: "/inventory-buffers",
    summary: "How much of each article no store of the group shows",
    status: 200,
    answer: listSchema,
    run: async ({ db }, { shop }) => {
      const group = await groupOf(db, shop);
      const rules = group === null ? undefined : (await readBuffers(db, [group.id])).get(group.id);
      return { items: rules ?? [] };
    },
  }),
  endpoint({
    method: "put",
    path: "/inventory-buffers",
    summary: "Replace all rules; of an article without a rule nothing is kept back",
    body: sentSchema,
    status: 200,
    answer: listSchema,
    merchantOnly: true,
    run: async (deps, caller, { body }) => {
      const enqueue = deps.queue.enqueue;
      const replaced = await replaceBuffers({ ...deps, enqueue }, caller, body.items);
      if (!replaced.ok) throw invalid(replaced.errors);
      return { items: replaced.rules };
    },
  }),
  endpoint({
    method: "post",
    path: "/inventory-buffers/preview",
    summary: "What rules would lead to; nothing changes",
    body: sentSchema,
    status: 200,
    answer: z.object({
      articles: z.number().int().describe("of which more or less would be kept back"),
      unavailable: z.number().int().describe("of these, would not be on sale any more"),
      available: z.number().int().describe("of these, would be on sale again"),
      keptBack: z.number().int().describe("units of all articles together"),
    }),
    run: async (deps, { shop }, { body }) => {
      const previewed = await previewBuffers(deps, shop, body.items);
      if (!previewed.ok) throw invalid(previewed.errors);
      return previewed.preview;
    },
  }),
];
