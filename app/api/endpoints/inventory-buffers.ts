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
import { sentTime, timeSchema } from "./schemas.ts";

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
  peakWindows: z
    .array(
      z.object({
        from: timeSchema,
        to: timeSchema.describe("outside of the window"),
        factor: z.number().describe("from 1 to 100: so many times as much is kept back"),
      }),
    )
    .describe("at most 20; where they overlap, the one with the most counts"),
  floor: z
    .number()
    .int()
    .optional()
    .describe("units that are kept back at least, whatever the rule works out"),
  priority: z
    .number()
    .int()
    .optional()
    .describe(
      "of the rules that hold for a place the highest decides (left out: 0); of equals the one that says more closely what it is about: article, collection, location, store, all; then the earlier in the list",
    ),
  shop: z.string().optional().describe("only what this store of the group shows"),
  locationId: z.string().optional().describe("only at this location of `shop`"),
  collectionId: z
    .string()
    .optional()
    .describe("only articles of this collection of a store of the group, read every ten minutes"),
  activeFrom: timeSchema
    .optional()
    .describe("holds from then on; before, the next rule does. Takes effect within a minute"),
  activeUntil: timeSchema.optional().describe("holds no more from then on"),
});

/** Checked by the room, which knows the group; every wrong field is named. */
const sentSchema = z.object({
  items: z.array(z.unknown(), { error: "Send a list of rules as items." }),
});

const previewSchema = sentSchema.extend({
  at: sentTime
    .optional()
    .describe("as if it were then, for rules and peaks that begin later; left out: now"),
});

const listSchema = z.object({ items: z.array(bufferSchema) });

/** What is kept back from sale in a group. */
export const inventoryBufferEndpoints = [
  endpoint({
    method: "get",
    path: "/inventory-buffers",
    summary: "How much of each article the stores of the group do not show",
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
    body: previewSchema,
    status: 200,
    answer: z.object({
      articles: z
        .number()
        .int()
        .describe("by SKU, of which some store would keep more or less back at some location"),
      unavailable: z
        .number()
        .int()
        .describe("of these, some store would not sell any more at any of its locations"),
      available: z.number().int().describe("of these, some store would sell again"),
      keptBack: z
        .number()
        .int()
        .describe(
          "units of all articles together, at each pool location; of each, the most that is kept back anywhere",
        ),
    }),
    run: async (deps, { shop }, { body }) => {
      const atMs = body.at === undefined ? undefined : Date.parse(body.at);
      const previewed = await previewBuffers(deps, shop, body.items, atMs);
      if (!previewed.ok) throw invalid(previewed.errors);
      return previewed.preview;
    },
  }),
];
