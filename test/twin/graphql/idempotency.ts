import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { GraphQLError, getDirectiveValues, type GraphQLResolveInfo } from "graphql";
import type { Args, GraphContext } from "./context.ts";
import type { UserError } from "./user-errors.ts";

/** Shopify remembers a key for 24 hours from its first use. */
const KEY_LIFETIME_MS = 86_400_000;

export type IdempotencyRecord = {
  key: string;
  shop: string;
  /** Hash of mutation and input: the same key with another input is a mistake. */
  fingerprint: string;
  firstUsedAt: number;
  /** null while the first attempt runs. */
  outcome: "succeeded" | "failed" | null;
  /** Plain data the answer of a successful attempt is built from again. */
  result: unknown;
};

export type IdempotencyCode =
  | "IDEMPOTENCY_CONCURRENT_REQUEST"
  | "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
  | "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED";

const MESSAGES: Record<IdempotencyCode, string> = {
  IDEMPOTENCY_CONCURRENT_REQUEST:
    "This request is currently in progress, please try again with the same key later.",
  IDEMPOTENCY_KEY_PARAMETER_MISMATCH:
    "The same idempotency key cannot be used with different operation parameters.",
  IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED:
    "The previous attempt with this key failed, please use a new key.",
};

export type IdempotencyVerdict =
  | { kind: "first" }
  | { kind: "replay"; result: unknown }
  | { kind: "refused"; code: IdempotencyCode; message: string };

/** The keys seen in the last 24 hours, per shop. */
export class IdempotencyBook {
  readonly #records = new Map<string, IdempotencyRecord>();
  readonly #now: () => number;

  constructor(now: () => number, records: IdempotencyRecord[] = []) {
    this.#now = now;
    for (const record of records) this.#records.set(`${record.shop} ${record.key}`, record);
  }

  /** Claims a key for an attempt, or says why there must be none. */
  begin(shop: string, key: string, fingerprint: string): IdempotencyVerdict {
    const at = `${shop} ${key}`;
    const known = this.#records.get(at);
    if (!known || known.firstUsedAt <= this.#now() - KEY_LIFETIME_MS) {
      const firstUsedAt = this.#now();
      this.#records.delete(at);
      this.#records.set(at, { key, shop, fingerprint, firstUsedAt, outcome: null, result: null });
      this.#forgetOld();
      return { kind: "first" };
    }
    if (known.fingerprint !== fingerprint) return refused("IDEMPOTENCY_KEY_PARAMETER_MISMATCH");
    if (known.outcome === null) return refused("IDEMPOTENCY_CONCURRENT_REQUEST");
    if (known.outcome === "failed") return refused("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED");
    return { kind: "replay", result: known.result };
  }

  /** Notes how the attempt ended. */
  finish(shop: string, key: string, outcome: "succeeded" | "failed", result: unknown): void {
    const record = this.#records.get(`${shop} ${key}`);
    if (record) Object.assign(record, { outcome, result });
  }

  records(): IdempotencyRecord[] {
    return [...this.#records.values()];
  }

  #forgetOld(): void {
    const oldest = this.#now() - KEY_LIFETIME_MS;
    for (const [at, record] of this.#records) {
      if (record.firstUsedAt > oldest) return;
      this.#records.delete(at);
    }
  }
}

function refused(code: IdempotencyCode): IdempotencyVerdict {
  return { kind: "refused", code, message: MESSAGES[code] };
}

/**
 * The key of `@idempotent` on the field being resolved.
 * @throws GraphQLError in Shopify's words when the directive is missing or its key is blank.
 */
export function requireIdempotencyKey(info: GraphQLResolveInfo): string {
  const directive = info.schema.getDirective("idempotent");
  const [node] = info.fieldNodes;
  const values =
    directive && node ? getDirectiveValues(directive, node, info.variableValues) : undefined;
  if (!values) {
    throw new GraphQLError(
      "The @idempotent directive is required for this mutation but was not provided.",
      { extensions: { code: "BAD_REQUEST" } },
    );
  }
  const key = values["key"];
  if (typeof key !== "string" || key.trim() === "") {
    throw new GraphQLError("The idempotency key must be a non-blank string.", {
      extensions: { code: "BAD_REQUEST" },
    });
  }
  return key;
}

/** What makes two requests the same for a key: the mutation and its arguments. */
export function requestFingerprint(mutation: string, args: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([mutation, args]))
    .digest("hex");
}

/**
 * Runs a mutation once per key: a repeat gets the first answer built again, a key that stands for
 * something else or whose attempt failed is refused with the user error Shopify gives.
 */
export async function runOnce<Result>(
  context: GraphContext,
  info: GraphQLResolveInfo,
  args: Args,
  steps: {
    run: () => { result: Result } | { userErrors: UserError[] };
    answer: (result: Result) => Record<string, unknown>;
    refuse: (userErrors: UserError[]) => Record<string, unknown>;
  },
): Promise<Record<string, unknown>> {
  const key = requireIdempotencyKey(info);
  const shop = context.store.shop.domain;
  const { idempotency } = context;
  const verdict = idempotency.begin(shop, key, requestFingerprint(info.fieldName, args));
  if (verdict.kind === "replay") return steps.answer(verdict.result as Result);
  if (verdict.kind === "refused") {
    const { code, message } = verdict;
    return steps.refuse([{ field: null, code, message }]);
  }
  let outcome: "succeeded" | "failed" = "failed";
  let result: unknown = null;
  try {
    if (context.mutationLatencyMs > 0) await setTimeout(context.mutationLatencyMs);
    const ran = steps.run();
    if ("userErrors" in ran) return steps.refuse(ran.userErrors);
    outcome = "succeeded";
    result = ran.result;
    return steps.answer(ran.result);
  } finally {
    idempotency.finish(shop, key, outcome, result);
  }
}
