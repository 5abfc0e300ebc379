import { z } from "zod";
import {
  addPoolLocation,
  type ChangedPoolLocation,
  groupOf,
  listPoolLocations,
  mapLocations,
  removePoolLocation,
  renamePoolLocation,
} from "#app/coordination/index.server.ts";
import type { PoolLocationView } from "#app/coordination/types.ts";
import { whereMost } from "#app/coordination/types.ts";
import { type ApiDeps, endpoint } from "../endpoint.ts";
import { invalid, notFound, Problem } from "../problem.ts";

const locationSchema = z.object({
  id: z.string().describe("as /changes and /holds name it in poolLocation"),
  name: z.string(),
});

const viewSchema = locationSchema.extend({
  shownAt: z
    .string()
    .nullable()
    .describe(
      "where this store shows it: gid of a Location; most (of the default one only): where it has most of an article; null: nowhere",
    ),
});

const listSchema = z.object({ items: z.array(viewSchema), next: z.null() });

const namedSchema = z.strictObject({
  name: z
    .string({ error: "Give the pool location a name." })
    .trim()
    .min(1, "Give the pool location a name.")
    .max(80, "A name has at most 80 characters."),
});

const mapSchema = z.strictObject({
  items: z
    .array(
      z.strictObject({
        poolLocation: z.string({ error: "Name the pool location by its id." }),
        shownAt: z.union(
          [z.string().regex(/^gid:\/\/shopify\/Location\/\d+$/), z.literal(whereMost), z.null()],
          "Use a gid like gid://shopify/Location/1, most, or null for nowhere.",
        ),
      }),
      { error: "Send a list as items." },
    )
    .refine(
      (items) => new Set(items.map(({ poolLocation }) => poolLocation)).size === items.length,
      "Name each pool location once.",
    ),
});

/** The pool locations of the store's group, if it is this one. @throws Problem 404 */
async function known(deps: ApiDeps, shop: string, groupId: string): Promise<PoolLocationView[]> {
  const list =
    (await groupOf(deps.db, shop))?.id === groupId ? await listPoolLocations(deps, shop) : null;
  if (list === null) throw notFound("store group");
  return list;
}

/** @throws Problem 404, 409 or 422 */
function orProblem(changed: ChangedPoolLocation): z.infer<typeof locationSchema> {
  if (changed.outcome === "done") return changed.location;
  if (changed.outcome === "gone") throw notFound("pool location");
  if (changed.field === "") throw new Problem(409, changed.why);
  throw invalid([{ field: changed.field, message: changed.why }]);
}

/** Where a group keeps stock: one pool of each article at each. */
export const poolLocationEndpoints = [
  endpoint({
    method: "get",
    path: "/store-groups/{id}/pool-locations",
    summary: "Where a group keeps stock, and where this store shows it; the default one first",
    status: 200,
    answer: listSchema,
    run: async (deps, { shop }, { params }) => ({
      items: await known(deps, shop, params["id"] ?? ""),
      next: null,
    }),
  }),
  endpoint({
    method: "put",
    path: "/store-groups/{id}/pool-locations",
    summary:
      "Say where this store shows each pool location; one that is left out, nowhere. No two at one place",
    body: mapSchema,
    status: 200,
    answer: listSchema,
    merchantOnly: true,
    run: async (deps, caller, { params, body }) => {
      const id = params["id"] ?? "";
      const told = new Set(body.items.map(({ poolLocation }) => poolLocation));
      const others = (await known(deps, caller.shop, id)).filter((one) => !told.has(one.id));
      const nowhere = others.map((one) => ({ poolLocation: one.id, shownAt: null }));
      const acting = { ...deps, enqueue: deps.queue.enqueue };
      const mapped = await mapLocations(acting, caller, [...body.items, ...nowhere]);
      if (mapped.outcome === "no_group") throw notFound("store group");
      if (mapped.outcome === "wrong") throw invalid(mapped.errors);
      return { items: await known(deps, caller.shop, id), next: null };
    },
  }),
  endpoint({
    method: "post",
    path: "/store-groups/{id}/pool-locations",
    summary: "Add a place where the group keeps stock; no store shows it yet",
    body: namedSchema,
    status: 201,
    answer: locationSchema,
    merchantOnly: true,
    run: async (deps, caller, { params, body }) => {
      await known(deps, caller.shop, params["id"] ?? "");
      return orProblem(await addPoolLocation(deps, caller, body.name));
    },
  }),
  endpoint({
    method: "patch",
    path: "/store-groups/{id}/pool-locations/{poolLocation}",
    summary: "Give a pool location another name; its id stays",
    body: namedSchema,
    status: 200,
    answer: locationSchema,
    merchantOnly: true,
    run: async (deps, caller, { params, body }) => {
      await known(deps, caller.shop, params["id"] ?? "");
      const id = params["poolLocation"] ?? "";
      return orProblem(await renamePoolLocation(deps, caller, id, body.name));
    },
  }),
  endpoint({
    method: "delete",
    path: "/store-groups/{id}/pool-locations/{poolLocation}",
    summary: "Remove a pool location that no store shows and where nothing is left",
    status: 204,
    merchantOnly: true,
    run: async (deps, caller, { params }) => {
      await known(deps, caller.shop, params["id"] ?? "");
      orProblem(await removePoolLocation(deps, caller, params["poolLocation"] ?? ""));
      return undefined;
    },
  }),
];
