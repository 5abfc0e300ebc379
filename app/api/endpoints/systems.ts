import { z } from "zod";
import { connectSystem, disconnectSystem } from "#app/connections/index.server.ts";
import { previewRecovery, recoverSystem, sendTestEvent } from "#app/delivery/index.server.ts";
import {
  circuitPolicySchema,
  comparisonSchema,
  deliveryPolicySchema,
  getSystem,
  listSystems,
  newSystemSchema,
  parseNewSystem,
  pauseSystem,
  resumeSystem,
  rotateSecret,
  updateSystem,
} from "#app/systems/index.server.ts";
import { circuitStates, systemKinds, systemStatuses } from "#app/systems/types.ts";
import { Answer, type ApiDeps, type Caller, endpoint } from "../endpoint.ts";
import { invalid, notFound, Problem } from "../problem.ts";
import { domainSchema, given, paceSchema, previewSchema, sentTime, timeSchema } from "./schemas.ts";

const systemSchema = z.object({
  id: z.string(),
  shop: z.string(),
  name: z.string(),
  kind: z.enum(systemKinds),
  url: z.string(),
  snapshotUrl: z.string().nullable(),
  domains: z.array(domainSchema),
  status: z.enum(systemStatuses),
  statusReason: z.string().nullable(),
  statusSince: timeSchema,
  deliveryPolicy: deliveryPolicySchema,
  circuitPolicy: circuitPolicySchema,
  comparison: comparisonSchema,
  circuitState: z.enum(circuitStates),
  circuitSince: timeSchema.nullable(),
  circuitProbeAt: timeSchema.nullable(),
  oldSecretUntil: timeSchema
    .nullable()
    .describe("Until when the secret before the last rotation signs too"),
  createdAt: timeSchema,
});

const createdSchema = systemSchema.extend({ signingSecret: z.string(), apiKey: z.string() });

const wantedSchema = z.strictObject({
  ...newSystemSchema.shape,
  backfill: z.boolean().default(false).describe("Also send the present state"),
});

const changesSchema = z.strictObject({
  name: z.unknown().optional(),
  kind: z.unknown().optional(),
  url: z.unknown().optional(),
  snapshotUrl: z.unknown().optional(),
  domains: z.unknown().optional(),
  deliveryPolicy: z.unknown().optional(),
  circuitPolicy: z.unknown().optional(),
  comparison: z.unknown().optional(),
});

/** A system's key may look at all systems of its shop, and act on its own. */
function ownId(caller: Caller, params: Readonly<Record<string, string>>): string {
  const id = params["id"] ?? "";
  if (caller.systemId !== null && caller.systemId !== id)
    throw new Problem(403, "With a system's key you can only act on that system.");
  return id;
}

const base = "/systems";
const one = `${base}/{id}`;

type Change = typeof pauseSystem;

function switching(name: "pause" | "resume", change: Change) {
  return endpoint({
    method: "post",
    path: `${one}/${name}`,
    summary:
      name === "pause"
        ? "Stop sending to a system; its changes are kept"
        : "Send to a system again, what waited included",
    status: 200,
    answer: systemSchema,
    run: async (deps, caller, { params }) => {
      const id = ownId(caller, params);
      const system = await change(deps, caller.shop, caller.actor, id);
      if (!system) throw notFound("system");
      return system;
    },
  });
}

const allowPrivate = (deps: ApiDeps) => ({ allowPrivate: deps.config.allowPrivateDestinations });

/** Connected systems. */
export const systemEndpoints = [
  endpoint({
    method: "get",
    path: base,
    summary: "The connected systems",
    status: 200,
    answer: z.object({ items: z.array(systemSchema), next: z.null() }),
    run: async ({ db }, { shop }) => ({ items: await listSystems(db, shop), next: null }),
  }),
  endpoint({
    method: "post",
    path: base,
    summary: "Connect a system; both secrets are in this answer only",
    body: wantedSchema,
    status: 201,
    answer: createdSchema,
    merchantOnly: true,
    run: async (deps, caller, { body: { backfill, ...body } }) => {
      const parsed = parseNewSystem(body, allowPrivate(deps));
      if (!parsed.ok) throw invalid(parsed.errors);
      const options = { backfill: backfill ? deps.queue : undefined };
      const made = await connectSystem(deps, caller.shop, caller.actor, parsed.value, options);
      const { system, signingSecret, apiKey } = made;
      return { ...system, signingSecret, apiKey };
    },
  }),
  endpoint({
    method: "get",
    path: one,
    summary: "One system",
    status: 200,
    answer: systemSchema,
    run: async ({ db }, { shop }, { params }) => {
      const system = await getSystem(db, shop, params["id"] ?? "");
      if (!system) throw notFound("system");
      return system;
    },
  }),
  endpoint({
    method: "patch",
    path: one,
    summary: "Change a system's settings; what is left out stays",
    body: changesSchema,
    status: 200,
    answer: systemSchema,
    run: async (deps, caller, { params, body }) => {
      const id = ownId(caller, params);
      const { shop, actor } = caller;
      const changed = await updateSystem(deps, shop, actor, id, body, allowPrivate(deps));
      if (!changed) throw notFound("system");
      if (!changed.ok) throw invalid(changed.errors);
      return changed.system;
    },
  }),
  endpoint({
    method: "delete",
    path: one,
    summary: "Disconnect a system; what waited for it is not sent",
    status: 204,
    merchantOnly: true,
    run: async (deps, { shop, actor }, { params }) => {
      if (!(await disconnectSystem(deps, shop, actor, params["id"] ?? "")))
        throw notFound("system");
      return undefined;
    },
  }),
  endpoint({
    method: "post",
    path: `${one}/rotate-secret`,
    summary: "A new signing secret; for a day both sign",
    status: 200,
    answer: z.object({ signingSecret: z.string() }),
    run: async (deps, caller, { params }) => {
      const id = ownId(caller, params);
      const signingSecret = await rotateSecret(deps, caller.shop, caller.actor, id);
      if (signingSecret === null) throw notFound("system");
      return { signingSecret };
    },
  }),
  switching("pause", pauseSystem),
  switching("resume", resumeSystem),
  endpoint({
    method: "post",
    path: `${one}/test`,
    summary: "Send a signed system.test now",
    status: 200,
    answer: z.object({
      ok: z.boolean(),
      httpStatus: z.number().int().nullable(),
      durationMs: z.number(),
      error: z.string().optional(),
    }),
    run: async (deps, caller, { params }) => {
      const result = await sendTestEvent(deps, caller.shop, ownId(caller, params));
      if (!result) throw notFound("system");
      return result;
    },
  }),
  endpoint({
    method: "post",
    path: `${one}/recover`,
    summary:
      "Send a system what failed for good and what it was never sent, since a time, or say what that would be (dryRun, answered with 200)",
    body: z.strictObject({
      since: sentTime,
      until: sentTime.optional(),
      dryRun: z.boolean().default(false),
      pacePerSecond: paceSchema,
    }),
    status: 202,
    answer: z.object({ count: z.number().int(), jobId: z.string().nullable() }),
    otherAnswers: { 200: previewSchema },
    run: async (deps, caller, { params, body: { dryRun, pacePerSecond, ...times } }) => {
      const range = { since: times.since, ...given({ until: times.until }) };
      const id = ownId(caller, params);
      if (dryRun) {
        const preview = await previewRecovery(deps, caller.shop, id, range);
        if (!preview) throw notFound("system");
        return new Answer(200, preview);
      }
      const options = given({ pacePerSecond });
      const started = await recoverSystem(deps, caller.shop, caller.actor, id, range, options);
      if (!started) throw notFound("system");
      return started;
    },
  }),
];
