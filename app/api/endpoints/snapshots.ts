import { z } from "zod";
import { dataDomains, type DataDomain } from "#app/data-domains.ts";
import {
  isComparable,
  takeSnapshot,
  UnusableSnapshotError,
} from "#app/reconciliation/index.server.ts";
import { endpoint } from "../endpoint.ts";
import { invalid, Problem } from "../problem.ts";
import { domainSchema, timeSchema } from "./schemas.ts";

const comparable = dataDomains.filter(isComparable);

/** What systems have, as a whole. */
export const snapshotEndpoints = [
  endpoint({
    method: "put",
    path: "/snapshots/{domain}",
    summary:
      "Everything the system of the key has of one domain; what is not in it is missing there",
    stream: {
      mediaType: "application/x-ndjson",
      description: [
        "One JSON object a line. inventory: { sku, locationId?, available, observedAt? }; without a",
        "place it is the article's total. pricing: { sku or resourceId, price, compareAtPrice? }.",
        "Others: { resourceId, ...fields } with the Admin API's names, tags as one text. Wrong lines",
        "are left out and told. It replaces the one before once it is complete; an upload that is cut",
        "off changes nothing. A system with a snapshotUrl is asked for the same instead: GET with",
        "?domain=&shop=, signed as deliveries are, over the path with its query. A page's",
        'Link: <...>; rel="next" names the next one.',
      ].join(" "),
    },
    status: 200,
    answer: z.object({
      id: z.string(),
      system: z.string(),
      domain: domainSchema,
      source: z.enum(["pushed", "pulled"]),
      rows: z.number().int(),
      rejected: z.number().int(),
      errors: z.array(z.object({ line: z.number().int(), field: z.string(), message: z.string() })),
      ignoredFields: z.array(z.string()),
      completedAt: timeSchema,
    }),
    run: async (deps, { shop, systemId }, { params, bytes }) => {
      const domain = comparable.find((item) => item === params["domain"]);
      if (domain === undefined)
        throw invalid([{ field: "domain", message: whyNot(params["domain"] ?? "") }]);
      if (systemId === null)
        throw new Problem(403, "Snapshots come from systems: use the system's API key.");
      try {
        return await takeSnapshot(deps, { shop, systemId, domain, source: "pushed" }, bytes);
      } catch (error) {
        if (!(error instanceof UnusableSnapshotError)) throw error;
        throw new Problem(
          422,
          error.message,
          error.errors.map(({ line, field, message }) => ({
            field: field === "" ? `lines[${String(line)}]` : `lines[${String(line)}].${field}`,
            message,
          })),
        );
      }
    },
  }),
];

function whyNot(domain: string): string {
  return dataDomains.includes(domain as DataDomain)
    ? `Converge cannot compare ${domain} with Shopify. It can compare ${comparable.join(", ")}.`
    : `Choose one of: ${comparable.join(", ")}.`;
}
