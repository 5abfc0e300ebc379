import { z } from "zod";
import type { Answer } from "./read-answer.ts";

/** What an answer says beside its data. */
export interface AnswerFacts {
  /** When Shopify answered, by its own clock, to the second; null when it does not say. */
  readonly atMs: number | null;
  /** Points it cost; null when it does not say. */
  readonly points: number | null;
  /** Points the shop gets back per second; null when it does not say. */
  readonly restoreRate: number | null;
}

const costSchema = z.object({
  cost: z.object({
    requestedQueryCost: z.number(),
    // Null where nothing was carried out.
    actualQueryCost: z.number().nullish(),
    throttleStatus: z.object({ restoreRate: z.number() }),
  }),
});

/** Reads them. Pure; the Date header is of whoever answered (RFC 9110, 6.6.1). */
export function factsOf(answer: Pick<Answer, "headers" | "extensions">): AnswerFacts {
  const atMs = Date.parse(answer.headers.get("date") ?? "");
  const cost = costSchema.safeParse(answer.extensions).data?.cost;
  return {
    atMs: Number.isNaN(atMs) ? null : atMs,
    points: cost === undefined ? null : (cost.actualQueryCost ?? cost.requestedQueryCost),
    restoreRate: cost?.throttleStatus.restoreRate ?? null,
  };
}
