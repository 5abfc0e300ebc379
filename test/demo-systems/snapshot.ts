import type { IncomingHttpHeaders } from "node:http";
import { type Answer, json } from "./answer.ts";
import type { Receiver } from "./receive.ts";
import { verifySignature } from "./signature.ts";
import type { ResourceState } from "./types.ts";

const PER_PAGE = 500;

/**
 * One page of everything the system has of one domain of one shop: one JSON object a line, and a
 * `Link` to the next page. Signed like a delivery, over the path with its query.
 */
export function snapshotPage(url: URL, headers: IncomingHttpHeaders, receiver: Receiver): Answer {
  const shop = url.searchParams.get("shop") ?? "";
  const domain = url.searchParams.get("domain") ?? "";
  const target = Buffer.from(`${url.pathname}${url.search}`);
  const verdict = verifySignature(target, headers, receiver.state.secrets.get(shop) ?? []);
  if (!verdict.verified) return json(401, { error: `signature refused: ${verdict.cause}` });
  const all = [...receiver.state.resources.values()].filter(
    (resource) => resource.shop === shop && resource.domain === domain && !resource.deleted,
  );
  const page = Math.max(1, Number(url.searchParams.get("page") ?? 1) || 1);
  const rows = all.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  const more = all.length > page * PER_PAGE;
  return {
    status: 200,
    headers: {
      "content-type": "application/x-ndjson",
      ...(more ? { link: `<${next.pathname}${next.search}>; rel="next"` } : {}),
    },
    body: rows.map((row) => `${JSON.stringify(lineOf(row, receiver.now()))}\n`).join(""),
  };
}

/** What changes call otherwise than snapshots do: webhooks have words of their own. */
const names: Readonly<Record<string, string>> = {
  body_html: "descriptionHtml",
  product_type: "productType",
  first_name: "firstName",
  last_name: "lastName",
  tracking_number: "trackingNumber",
  tracking_company: "trackingCompany",
  tracking_url: "trackingUrl",
};

function lineOf({ id, sku, data, domain }: ResourceState, observedAt: string): object {
  if (domain === "inventory") {
    const { available, locationId } = data;
    const named = sku === null ? { resourceId: id } : { sku, locationId };
    return { ...named, available: available ?? 0, observedAt };
  }
  const fields = Object.entries(data).filter(([, value]) => !isNested(value));
  return {
    ...Object.fromEntries(fields.map(([name, value]) => [names[name] ?? name, value])),
    resourceId: id,
    observedAt,
  };
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
