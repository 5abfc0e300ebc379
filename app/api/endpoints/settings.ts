import { z } from "zod";
import {
  groupOf,
  orderRuleSchema,
  readBuffers,
  readOrderRules,
  replaceBuffersIn,
  replaceOrderRulesIn,
} from "#app/coordination/index.server.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";
import {
  isChosen,
  readExclusionsOf,
  readSlas,
  replaceExclusionsIn,
  replaceSlasIn,
} from "#app/freshness/index.server.ts";
import { readRules, replaceRulesIn } from "#app/ownership/index.server.ts";
import {
  circuitPolicySchema,
  comparisonSchema,
  deliveryPolicySchema,
  listSystems,
  noOptions,
  updateSystemIn,
} from "#app/systems/index.server.ts";
import { systemKinds, type SystemView } from "#app/systems/types.ts";
import { type ApiDeps, type Caller, endpoint } from "../endpoint.ts";
import { invalid } from "../problem.ts";
import { exclusionSchema, toRule } from "./freshness-exclusions.ts";
import { slaSchema } from "./freshness-slas.ts";
import { bufferSchema } from "./inventory-buffers.ts";
import { ruleSchema, sentRuleSchema } from "./ownership-rules.ts";
import { domainSchema } from "./schemas.ts";

const systemSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(systemKinds),
  url: z.string(),
  snapshotUrl: z.string().nullable(),
  domains: z.array(domainSchema),
  deliveryPolicy: deliveryPolicySchema,
  circuitPolicy: circuitPolicySchema,
  comparison: comparisonSchema.default({}),
});

const settingsSchema = z.object({
  version: z.literal(1),
  systems: z.array(systemSchema),
  ownershipRules: z.array(ruleSchema),
  inventoryBuffers: z.array(bufferSchema).describe("of the store's group"),
  freshnessSlas: z.array(slaSchema).describe("Those somebody chose; the others are the defaults"),
  freshnessExclusions: z.array(exclusionSchema),
  orderHoldRules: z.array(orderRuleSchema),
});

const sentSchema = z.strictObject({
  version: z.literal(1, { error: "This is not a settings document of version 1." }),
  systems: z.array(systemSchema, { error: "Send the systems as a list." }),
  ownershipRules: z.array(sentRuleSchema, { error: "Send the ownership rules as a list." }),
  inventoryBuffers: z
    .array(bufferSchema, { error: "Send the buffers as a list." })
    .optional()
    .describe("left out: they stay as they are. Of another group: they become this group's"),
  freshnessSlas: z
    .array(slaSchema, { error: "Send the SLAs as a list." })
    .optional()
    .describe("Left out: they stay as they are"),
  freshnessExclusions: z
    .array(exclusionSchema, { error: "Send the exclusions as a list." })
    .optional()
    .describe("Left out: they stay as they are"),
  orderHoldRules: z
    .array(orderRuleSchema, { error: "Send the rules for orders as a list." })
    .optional()
    .describe("Left out: they stay as they are"),
});
type Sent = z.infer<typeof sentSchema>;

async function readSettings(db: Queryable, shop: string): Promise<z.infer<typeof settingsSchema>> {
  const [systems, ownershipRules, group, slas, exclusions, orderHoldRules] = await Promise.all([
    listSystems(db, shop),
    readRules(db, shop),
    groupOf(db, shop),
    readSlas(db, shop),
    readExclusionsOf(db, [shop]),
    readOrderRules(db, shop),
  ]);
  const buffers = group === null ? undefined : (await readBuffers(db, [group.id])).get(group.id);
  return settingsSchema.parse({
    version: 1,
    systems,
    ownershipRules,
    inventoryBuffers: buffers ?? [],
    freshnessSlas: slas.filter(isChosen),
    freshnessExclusions: exclusions.get(shop) ?? [],
    orderHoldRules,
  });
}

/**
 * The store's own system that each of a document stands for: by its id, or, in a document of another
 * store, by its name.
 */
function ownSystems(sent: Sent["systems"], own: readonly SystemView[]): Map<string, SystemView> {
  const missing = "This store has no system of this id or name. Connect it first.";
  const twice = "Two systems of the document are this one of the store.";
  const found = new Map<string, SystemView>();
  const errors: { field: string; message: string }[] = [];
  for (const [index, { id, name }] of sent.entries()) {
    const system = own.find((item) => item.id === id) ?? own.find((item) => item.name === name);
    const field = `systems.${String(index)}.name`;
    if (!system) errors.push({ field, message: missing });
    else if ([...found.values()].includes(system)) errors.push({ field, message: twice });
    else found.set(id, system);
  }
  if (errors.length > 0) throw invalid(errors);
  return found;
}

/** Puts a document in force; @throws Problem, which takes back what was written before it. */
async function putSettings(
  deps: ApiDeps,
  tx: Transaction,
  { shop, actor }: Caller,
  sent: Sent,
): Promise<void> {
  const own = ownSystems(sent.systems, await listSystems(tx, shop));
  const options = { allowPrivate: deps.config.allowPrivateDestinations };
  for (const [index, { id: sentId, url, snapshotUrl, ...others }] of sent.systems.entries()) {
    const id = own.get(sentId)?.id ?? "";
    // A policy is replaced whole: a limit that is not in the document is none.
    const rest = { ...others, deliveryPolicy: { ...noOptions, ...others.deliveryPolicy } };
    // Where a system is reached is the store's own business, unless it is the same store.
    const changes = id === sentId ? { ...rest, url, snapshotUrl } : rest;
    const updated = await updateSystemIn(tx, shop, actor, id, changes, options);
    if (updated?.ok === false)
      throw invalid(
        updated.errors.map((error) => ({
          ...error,
          field: `systems.${String(index)}.${error.field}`,
        })),
      );
  }
  const rules = sent.ownershipRules.map((rule) => ({
    ...rule,
    owner: own.get(rule.owner)?.id ?? rule.owner,
    // What a group says is the group's to change: the document tells only that the store follows it.
    ...(rule.source === "group" ? { owner: undefined, onForeignWrite: undefined } : {}),
  }));
  const ruleDeps = { clock: deps.clock, systemsOf: listSystems, groupOf };
  const replaced = await replaceRulesIn(tx, ruleDeps, shop, actor, rules);
  if (!replaced.ok) throw misplaced("ownershipRules", replaced.errors);
  await putBuffers(deps, tx, { shop, actor }, sent.inventoryBuffers);
  await putFreshness(deps, tx, { shop, actor }, sent, own);
  await putOrderRules(deps, tx, { shop, actor }, sent, own);
}

/** A document of another group, or of before there were buffers, is put in force as well. */
async function putBuffers(
  deps: ApiDeps,
  tx: Transaction,
  caller: Pick<Caller, "shop" | "actor">,
  sent: Sent["inventoryBuffers"],
): Promise<void> {
  const group = await groupOf(tx, caller.shop);
  // A store in no group has none to set: an empty list asks for nothing.
  if (sent === undefined || (group === null && sent.length === 0)) return;
  const items = sent.map((rule) => ({ ...rule, groupId: group?.id ?? rule.groupId }));
  const replaced = await replaceBuffersIn(tx, { enqueue: deps.queue.enqueue }, caller, items);
  if (!replaced.ok) throw misplaced("inventoryBuffers", replaced.errors);
}

/** Who has to agree is asked here under the names of this store's systems. */
async function putOrderRules(
  { clock }: ApiDeps,
  tx: Transaction,
  caller: Pick<Caller, "shop" | "actor">,
  { orderHoldRules: sent }: Sent,
  own: ReadonlyMap<string, SystemView>,
): Promise<void> {
  if (sent === undefined) return;
  const items = sent.map((rule) => ({
    ...rule,
    participants: rule.participants.map((id) => own.get(id)?.id ?? id),
  }));
  const replaced = await replaceOrderRulesIn(tx, { clock }, caller, items);
  if (!replaced.ok) throw misplaced("orderHoldRules", replaced.errors);
}

/** Puts SLAs and exclusions in force, as far as the document has them. */
async function putFreshness(
  { clock }: ApiDeps,
  tx: Transaction,
  { shop, actor }: Pick<Caller, "shop" | "actor">,
  { freshnessSlas, freshnessExclusions }: Sent,
  own: ReadonlyMap<string, SystemView>,
): Promise<void> {
  const here = <Rule extends { readonly system?: string | null | undefined }>(rule: Rule) =>
    typeof rule.system === "string"
      ? { ...rule, system: own.get(rule.system)?.id ?? rule.system }
      : rule;
  const deps = { clock, systemsOf: listSystems };
  if (freshnessSlas) {
    const replaced = await replaceSlasIn(tx, deps, shop, actor, freshnessSlas.map(here));
    if (!replaced.ok) throw misplaced("freshnessSlas", replaced.errors);
  }
  if (freshnessExclusions) {
    const rules = freshnessExclusions.map(here).map(toRule);
    const replaced = await replaceExclusionsIn(tx, deps, shop, actor, rules);
    if (!replaced.ok) throw misplaced("freshnessExclusions", replaced.errors);
  }
}

/** `items[2].owner` (or `items.2.owner`) of a list is `ownershipRules.2.owner` of the document. */
function misplaced(
  list: keyof Sent,
  errors: readonly { readonly field: string; readonly message: string }[],
): Error {
  return invalid(
    errors.map((error) => ({
      ...error,
      field: error.field.replace(/^items(?:\[(\d+)\])?/, (_, index?: string) =>
        index === undefined ? list : `${list}.${index}`,
      ),
    })),
  );
}

/** Everything a store decided, as one document. */
export const settingsEndpoints = [
  endpoint({
    method: "get",
    path: "/settings",
    summary: "All rules of the store as one document: to keep, or for another store. No secrets",
    status: 200,
    answer: settingsSchema,
    run: ({ db }, { shop }) => readSettings(db, shop),
  }),
  endpoint({
    method: "put",
    path: "/settings",
    summary:
      "Put a document in force, whole or not at all. Its systems have to be connected already, by id or by name; others stay as they are",
    body: sentSchema,
    status: 200,
    answer: settingsSchema,
    merchantOnly: true,
    run: async (deps, caller, { body }) => {
      await deps.db.transaction((tx) => putSettings(deps, tx, caller, body));
      return readSettings(deps.db, caller.shop);
    },
  }),
];
