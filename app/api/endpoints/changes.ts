import { z } from "zod";
import {
  groupOf,
  isPooled,
  poolLocationsOf,
  readPoolChange,
  refusalOfOwner,
  unknownPlace,
} from "#app/coordination/index.server.ts";
import { defaultPoolLocation } from "#app/coordination/types.ts";
import { receiveSystemChange } from "#app/intake/index.server.ts";
import { checkChange, readChange } from "#app/write-back/index.server.ts";
import { intentStatuses } from "#app/write-back/types.ts";
import { type ApiDeps, endpoint } from "../endpoint.ts";
import { invalid, notFound, Problem } from "../problem.ts";
import { domainSchema, sentTime, timeSchema } from "./schemas.ts";
import { findElsewhere, refuseUnlessOwner, storeMeant } from "./store-meant.ts";

const changeSchema = z
  .strictObject({
    domain: domainSchema,
    shop: z
      .string()
      .optional()
      .describe(
        "the system's own store unless told, or another one of its group that follows a rule by which the system owns the data. Not told, of a SKU of a store in a group: the pool that its stores share",
      ),
    sku: z.string().min(1).optional().describe("of inventory, products and pricing"),
    resourceId: z.string().optional().describe("gid of the record"),
    locationId: z.string().optional().describe("gid of a Location, for inventory"),
    poolLocation: z
      .string()
      .optional()
      .describe(
        "of the pool that stores share: id of the pool location; not told: the default one",
      ),
    set: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.null()], "Send text, a number or null."),
      )
      .describe(
        "inventory: available or onHand; loyalty: points; other domains: the Admin API's names, tags as one text",
      ),
    basedOnVersion: sentTime.optional(),
    observedAt: sentTime,
  })
  .refine(({ sku, resourceId }) => (sku === undefined) !== (resourceId === undefined), {
    path: ["sku"],
    error: "Send either sku or resourceId.",
  });

/** A system's clock may be ahead of ours by so much. */
const mostAheadMs = 5 * 60_000;

/**
 * The group whose pool a change is about: it names an article and neither a store nor a place of one.
 * Null: it is about the store. @throws Problem 409, or 422 for a pool location that is none
 */
async function poolMeant(
  { db }: Pick<ApiDeps, "db">,
  shop: string,
  systemId: string,
  body: z.infer<typeof changeSchema>,
): Promise<string | null> {
  const { domain, sku, resourceId, locationId, poolLocation } = body;
  const group = domain === "inventory" ? await groupOf(db, shop) : null;
  const shared = body.shop === undefined && locationId === undefined && sku !== undefined;
  if (poolLocation !== undefined && (group === null || !shared)) throw misplaced;
  if (group === null) return null;
  if (shared) {
    const refusal = await refusalOfOwner(db, group.id, shop, systemId);
    if (refusal !== null) throw new Problem(409, refusal);
    await checkPlace(db, group.id, poolLocation);
    return group.id;
  }
  const item = /(?:InventoryItem\/|inventory_item_id=)(\d+)/.exec(resourceId ?? "")?.[1];
  const itemId = item === undefined ? null : `gid://shopify/InventoryItem/${item}`;
  if (await isPooled(db, shop, { sku: sku ?? null, itemId }))
    throw new Problem(
      409,
      "The stores of this group share this article's stock: send its sku without shop, resourceId and locationId, and all of them are brought to it. Nothing was written.",
    );
  return null;
}

const misplaced = invalid([
  {
    field: "poolLocation",
    message:
      "Only stock that the stores of a group share is at a pool location: leave it out, or send a sku of inventory without shop, resourceId and locationId, in a store that is in a group.",
  },
]);

/** The default pool location is the same whether it is named or not. */
function elsewhere({ poolLocation }: z.infer<typeof changeSchema>) {
  return { poolLocation: poolLocation === defaultPoolLocation ? undefined : poolLocation };
}

/** @throws Problem 422 */
async function checkPlace(
  db: ApiDeps["db"],
  groupId: string,
  poolLocation: string | undefined,
): Promise<void> {
  if (poolLocation === undefined) return;
  const known = await poolLocationsOf(db, groupId);
  if (known.some(({ id }) => id === poolLocation)) return;
  throw invalid([{ field: "poolLocation", message: unknownPlace(known) }]);
}

/** What systems that own data change. */
export const changeEndpoints = [
  endpoint({
    method: "post",
    path: "/changes",
    summary: "A change of the system that owns the data; it is written to Shopify",
    body: changeSchema,
    status: 202,
    answer: z.object({ id: z.string() }),
    run: async (deps, caller, { body, trace }) => {
      const { systemId } = caller;
      if (systemId === null)
        throw new Problem(403, "Changes come from systems: use the system's API key.");
      const system = { shop: caller.shop, systemId };
      const shop = await storeMeant(deps.db, system, body.shop);
      const groupId = await poolMeant(deps, shop, systemId, body);
      await refuseUnlessOwner(deps.db, system, shop, body.domain);
      for (const field of ["observedAt", "basedOnVersion"] as const)
        if (Date.parse(body[field] ?? "") > deps.clock.now() + mostAheadMs)
          throw invalid([{ field, message: "It is in the future. Check your system's clock." }]);
      const fault = checkChange(body.domain, body.set);
      if (fault) throw invalid([fault]);
      const received = await receiveSystemChange(
        { ...deps, enqueue: deps.queue.enqueue },
        {
          ...body,
          ...elsewhere(body),
          shop,
          systemId,
          trace,
          ...(groupId === null ? {} : { groupId }),
        },
      );
      if (!received.ok) throw invalid(received.errors);
      return { id: received.id };
    },
  }),
  endpoint({
    method: "get",
    path: "/changes/{id}",
    summary: "What became of a change",
    status: 200,
    answer: z.object({
      id: z.string(),
      status: z.enum(intentStatuses),
      reason: z.string().nullable(),
      systemId: z.string().nullable(),
      resourceId: z.string(),
      correlationId: z.string(),
      createdAt: timeSchema,
      settledAt: timeSchema.nullable(),
    }),
    run: async ({ db }, { shop, systemId }, { params }) => {
      const id = params["id"] ?? "";
      const change = await readChange(db, shop, id);
      if (change) return { ...change, ...(await readPoolChange(db, shop, id)) };
      const elsewhere = systemId === null ? null : await findElsewhere(db, { shop, systemId }, id);
      if (!elsewhere) throw notFound("change");
      return elsewhere;
    },
  }),
];
