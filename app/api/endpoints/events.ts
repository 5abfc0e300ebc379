import { z } from "zod";
import { deliveriesOfEvent, replayEvent } from "#app/delivery/index.server.ts";
import { type DeliveryView, deliveryStatuses } from "#app/delivery/types.ts";
import { getEvent, listEvents } from "#app/events/index.server.ts";
import { eventSources, eventStatuses, type EventSummary } from "#app/events/types.ts";
import { endpoint } from "../endpoint.ts";
import { notFound } from "../problem.ts";
import { domainSchema, given, pageOf, pageQuery, sentTime, timeSchema } from "./schemas.ts";

const eventSchema = z.object({
  id: z.string(),
  shop: z.string(),
  topic: z.string(),
  domain: domainSchema.nullable(),
  type: z.string().nullable(),
  source: z.enum(eventSources),
  status: z.enum(eventStatuses),
  correlationId: z.string(),
  webhookId: z.string(),
  eventId: z.string().nullable(),
  resource: z
    .object({
      type: z.string(),
      id: z.string(),
      version: z.string().nullable(),
      sku: z.string().nullable(),
    })
    .nullable(),
  occurredAt: timeSchema,
  receivedAt: timeSchema,
  duplicates: z.number().int(),
  reason: z.string().optional(),
});

const deliverySchema = z.object({
  id: z.string(),
  systemId: z.string(),
  status: z.enum(deliveryStatuses),
  webhookId: z.string(),
  attempts: z.array(
    z.object({
      attempt: z.number().int(),
      at: timeSchema,
      httpStatus: z.number().int().nullable(),
      durationMs: z.number(),
      error: z.string().nullable(),
    }),
  ),
});

function toEvent(event: EventSummary): z.infer<typeof eventSchema> {
  const { reason, ...rest } = event;
  const parsed = { ...rest, ...(reason === null ? {} : { reason }) };
  return eventSchema.parse(parsed);
}

function toDelivery(delivery: DeliveryView): z.infer<typeof deliverySchema> {
  return deliverySchema.parse(delivery);
}

/** What Converge was told, and what became of it. */
export const eventEndpoints = [
  endpoint({
    method: "get",
    path: "/events",
    summary: "Events, newest first",
    query: z.object({
      ...pageQuery,
      domain: domainSchema.optional(),
      topic: z.string().optional(),
      resource: z.string().optional().describe("A gid"),
      status: z.enum(eventStatuses).optional(),
      source: z.enum(eventSources).optional(),
      correlationId: z.string().optional(),
      webhookId: z.string().optional(),
      from: sentTime.optional(),
      to: sentTime.optional(),
    }),
    status: 200,
    answer: pageOf(eventSchema),
    run: async ({ db }, { shop }, { query: { limit, after, ...filter } }) => {
      const page = await listEvents(db, shop, given(filter), { limit, after });
      return { items: page.items.map(toEvent), next: page.next };
    },
  }),
  endpoint({
    method: "get",
    path: "/events/{id}",
    summary: "One event with its deliveries",
    status: 200,
    answer: eventSchema.extend({ deliveries: z.array(deliverySchema) }),
    run: async ({ db }, { shop }, { params }) => {
      const event = await getEvent(db, shop, params["id"] ?? "");
      if (!event) throw notFound("event");
      const deliveries = await deliveriesOfEvent(db, shop, event.id);
      return { ...toEvent(event), deliveries: deliveries.map(toDelivery) };
    },
  }),
  endpoint({
    method: "post",
    path: "/events/{id}/replay",
    summary: "Send what came of an event again, also where it arrived",
    status: 202,
    answer: z.object({ count: z.number().int() }),
    run: async (deps, { shop, actor }, { params }) => {
      const replayed = await replayEvent(deps, shop, actor, params["id"] ?? "");
      if (!replayed) throw notFound("event");
      return replayed;
    },
  }),
];
