import type { DataDomain } from "#app/data-domains.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import type { SideValue } from "./types.ts";

/**
 * The job that puts an owner's value into Shopify. `eventId`: what it stands for; under one id a
 * record is written once. Pure.
 */
export function ownersWrite(
  about: {
    readonly shop: string;
    readonly eventId: string;
    readonly domain: DataDomain;
    readonly resource: {
      readonly type: string;
      readonly id: string;
      readonly locationId?: string | null | undefined;
    };
    readonly correlationId: string;
    readonly traceparent: string;
  },
  value: NonNullable<SideValue>,
): EnqueuedJob<"write-back"> {
  const { shop, eventId, domain, resource, correlationId, traceparent } = about;
  const { type, id, locationId = null } = resource;
  return {
    group: shop,
    payload: {
      shop,
      eventId,
      reason: "revert",
      systemId: null,
      domain,
      resource: { type, id, ...(locationId === null ? {} : { locationId }) },
      set: value,
      correlationId,
      traceparent,
    },
  };
}
