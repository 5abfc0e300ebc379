import { z } from "zod";
import { readChannels, replaceChannels, sendTestMessage } from "#app/alerts/index.server.ts";
import { channelKinds, channelStatuses, severities } from "#app/alerts/types.ts";
import { endpoint } from "../endpoint.ts";
import { dotted, invalid, notFound } from "../problem.ts";
import { timeSchema } from "./schemas.ts";

const quietSchema = z.object({
  from: z.string().describe("22:00, in the store's time zone"),
  to: z.string(),
});

const channelSchema = z.object({
  id: z.string(),
  kind: z.enum(channelKinds),
  name: z.string(),
  to: z.string().nullable().describe("Of e-mail: the address"),
  url: z.string().nullable().describe("Of Slack only its start and end are shown"),
  severity: z.enum(severities).describe("The least that is told"),
  quietHours: quietSchema.nullable().describe("What is not critical waits until they are over"),
  status: z.enum(channelStatuses),
  problem: z.string().nullable().describe("Why the last message did not arrive"),
  lastSentAt: timeSchema.nullable(),
  waiting: z.number().int(),
  signingSecret: z.string().optional().describe("Of a new signed webhook: here and never again"),
});

const sentSchema = z.object({
  id: z.string().nullish().describe("Of a channel that goes on; left out: a new one"),
  kind: z.enum(channelKinds, { error: `Choose one of: ${channelKinds.join(", ")}.` }),
  name: z.string().max(60, "At most 60 characters.").optional(),
  to: z.string().nullish(),
  url: z.string().nullish(),
  severity: z
    .enum(severities, { error: `Choose one of: ${severities.join(", ")}.` })
    .default("caution"),
  quietHours: quietSchema.nullish(),
});

/** How people are told of alerts while they are not looking at Converge. */
export const alertChannelEndpoints = [
  endpoint({
    method: "get",
    path: "/alert-channels",
    summary: "Who is told of alerts, and whether the last message arrived",
    status: 200,
    answer: z.object({ items: z.array(channelSchema) }),
    run: async ({ db, vault }, { shop, systemId }) => {
      const channels = await readChannels(db, vault, shop);
      // Where they lead is the merchant's own business.
      const hidden = { to: null, url: null };
      return {
        items: systemId === null ? channels : channels.map((one) => ({ ...one, ...hidden })),
      };
    },
  }),
  endpoint({
    method: "put",
    path: "/alert-channels",
    summary:
      "Replace the whole list; a channel with an id keeps its address and secret where none are sent",
    body: z.object({
      items: z.array(sentSchema, { error: "Send a list of channels as items." }),
    }),
    status: 200,
    answer: z.object({ items: z.array(channelSchema) }),
    merchantOnly: true,
    run: async (deps, { shop, actor }, { body }) => {
      const { db, vault, clock, config } = deps;
      const limits = {
        allowPrivate: config.allowPrivateDestinations,
        canMail: config.smtpUrl !== undefined,
      };
      const room = { db, vault, clock };
      const replaced = await replaceChannels(room, limits, shop, actor, body.items);
      if (!replaced.ok) throw invalid(replaced.errors.map(dotted));
      return {
        items: replaced.channels.map((channel) => {
          const signingSecret = replaced.secrets.get(channel.id);
          return signingSecret === undefined ? channel : { ...channel, signingSecret };
        }),
      };
    },
  }),
  endpoint({
    method: "post",
    path: "/alert-channels/{id}/test",
    summary: "Send a message that says it is a test, now",
    status: 200,
    answer: z.object({ ok: z.boolean(), error: z.string().nullable() }),
    merchantOnly: true,
    run: async (deps, { shop }, { params }) => {
      const result = await sendTestMessage(deps, shop, params["id"] ?? "");
      if (!result) throw notFound("alert channel");
      return result;
    },
  }),
];
