import { z } from "zod";
import {
  createGroup,
  groupOf,
  GroupTakenError,
  joinGroup,
  leaveGroup,
  makePairingCode,
} from "#app/coordination/index.server.ts";
import { endpoint } from "../endpoint.ts";
import { invalid, notFound, Problem } from "../problem.ts";
import { timeSchema } from "./schemas.ts";

const groupSchema = z.object({
  id: z.string(),
  name: z.string(),
  shops: z.array(z.string()),
  createdAt: timeSchema,
});

const nameSchema = z
  .string({ error: "Give the group a name." })
  .trim()
  .min(1, "Give the group a name.")
  .max(80, "A name has at most 80 characters.");

const locationSchema = z
  .string()
  .regex(/^gid:\/\/shopify\/Location\/\d+$/, "Use a gid: gid://shopify/Location/1.")
  .optional()
  .describe("where this store shows what it may sell; not told: where it has most of an article");

const inAGroup = () =>
  new Problem(409, "This store is in a group already. Leave that one first; a store is in one.");

/** @throws Problem 409 when another request of the store was faster */
async function orTaken<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof GroupTakenError ? inAGroup() : error;
  }
}

/** Stores that share stock. */
export const storeGroupEndpoints = [
  endpoint({
    method: "get",
    path: "/store-groups",
    summary: "The group this store is in",
    status: 200,
    answer: z.object({ items: z.array(groupSchema), next: z.null() }),
    run: async ({ db }, { shop }) => {
      const group = await groupOf(db, shop);
      return { items: group === null ? [] : [group], next: null };
    },
  }),
  endpoint({
    method: "post",
    path: "/store-groups",
    summary: "Begin a group with this store",
    body: z.strictObject({ name: nameSchema, locationId: locationSchema }),
    status: 201,
    answer: groupSchema,
    merchantOnly: true,
    run: async (deps, caller, { body }) => {
      const group = await orTaken(createGroup(deps, caller, body));
      if (group === null) throw inAGroup();
      return group;
    },
  }),
  endpoint({
    method: "post",
    path: "/store-groups/pairing-codes",
    summary: "A code that lets one other store in; it is in this answer only",
    body: z.strictObject({
      groupId: z.string({ error: "Name the group." }).min(1, "Name the group."),
    }),
    status: 201,
    answer: z.object({ code: z.string(), expiresAt: timeSchema }),
    merchantOnly: true,
    run: async (deps, caller, { body }) => {
      const code = await makePairingCode(deps, caller, body.groupId);
      if (code === null) throw notFound("store group");
      return code;
    },
  }),
  endpoint({
    method: "post",
    path: "/store-groups/join",
    summary: "Join a group with the code another store's merchant made; a code works once",
    body: z.strictObject({
      code: z.string({ error: "Enter the code." }).min(1, "Enter the code."),
      locationId: locationSchema,
    }),
    status: 200,
    answer: groupSchema,
    merchantOnly: true,
    run: async (deps, caller, { body }) => {
      const joined = await orTaken(joinGroup(deps, caller, body));
      if (joined.outcome === "joined") return joined.group;
      if (joined.outcome === "in_a_group") throw inAGroup();
      const message =
        "There is no such code, or it was used, or is too old. Make a new one in the other store.";
      throw invalid([{ field: "code", message }]);
    },
  }),
  endpoint({
    method: "get",
    path: "/store-groups/{id}",
    summary: "One group, for its members",
    status: 200,
    answer: groupSchema,
    run: async ({ db }, { shop }, { params }) => {
      const group = await groupOf(db, shop);
      if (group === null || group.id !== params["id"]) throw notFound("store group");
      return group;
    },
  }),
  endpoint({
    method: "post",
    path: "/store-groups/{id}/leave",
    summary: "Leave a group; its last store dissolves it. Stock in Shopify stays as it is",
    status: 204,
    merchantOnly: true,
    run: async (deps, caller, { params }) => {
      const left = await leaveGroup(deps, caller, params["id"] ?? "");
      if (left.outcome === "no_such_group") throw notFound("store group");
      if (left.outcome === "has_holds")
        throw new Problem(
          409,
          `This store has ${String(left.holds)} holds on stock of the group. Release them, or wait until they are over, and leave then.`,
        );
      return undefined;
    },
  }),
];
