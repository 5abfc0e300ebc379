import { z } from "zod";

/** What a demo system does with the deliveries that reach it. */
export const behaviourModes = [
  "healthy",
  "error",
  "reject",
  "unavailable",
  "throttled",
  "gone",
  "slow",
  "hang",
  "drop",
  "lose_answer",
] as const;

/**
 * The fault a demo system plays. `share` is the percentage of requests it hits; the others are
 * treated as if the system were healthy.
 */
export const behaviourSchema = z.object({
  mode: z.enum(behaviourModes),
  share: z.number().min(0).max(100).default(100),
  delayMs: z.number().int().min(0).max(120_000).default(2_000),
  retryAfterSeconds: z.number().int().min(0).max(3_600).default(2),
});
export type Behaviour = z.infer<typeof behaviourSchema>;

/** A healthy system: every signed delivery is applied and acknowledged. */
export const healthy: Behaviour = {
  mode: "healthy",
  share: 100,
  delayMs: 2_000,
  retryAfterSeconds: 2,
};

/** A signing secret of one shop. `replace` forgets the shop's older ones (end of a rotation). */
export const secretSchema = z.object({
  shop: z.string().min(1),
  secret: z.string().min(1),
  replace: z.boolean().default(false),
});
export type SecretChange = z.infer<typeof secretSchema>;

/** What a system answers Converge with in one shop: its API key there, and where Converge is. */
export const apiKeySchema = z.object({
  shop: z.string().min(1),
  systemId: z.string().min(1),
  key: z.string().min(1),
  appUrl: z.url({ protocol: /^https?$/, error: "must be a URL" }),
});
export type ApiKeyChange = z.infer<typeof apiKeySchema>;

/** An answer somebody gives to an ask. */
export const askAnswerSchema = z.object({
  shop: z.string().min(1),
  holdId: z.string().min(1),
  answer: z.enum(["acknowledge", "refuse"]),
});
export type AskAnswer = z.infer<typeof askAnswerSchema>;

/** Something a store asks this system to agree to. */
export interface Ask {
  shop: string;
  holdId: string;
  /** Null: it is about an order. */
  sku: string | null;
  quantity: number | null;
  reference: string;
  expiresAt: string;
  version: string | null;
  /** answered: by this system. over: for everybody. */
  status: "open" | "answered" | "over";
}

/** The body of a delivery, as far as a receiver relies on it. */
export const envelopeSchema = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  domain: z.string().nullish(),
  shop: z.string().min(1),
  correlationId: z.string().nullish(),
  occurredAt: z.string().nullish(),
  source: z.string().nullish(),
  resource: z
    .object({
      type: z.string(),
      id: z.string(),
      version: z.string().nullish(),
      sku: z.string().nullish(),
    })
    .nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** What the ledger remembers of one webhook id. */
export interface LedgerEntry {
  id: string;
  shop: string;
  type: string;
  source: string | null;
  correlationId: string | null;
  resourceId: string | null;
  version: string | null;
  sku: string | null;
  /** One line of what the body said, for people. */
  summary: string;
  /** Arrival times of the delivery and of its repeats, oldest first, at most `MAX_TIMES`. */
  times: string[];
  /** `x-converge-attempt` of the latest arrival. */
  attempt: string | null;
  /** Whether any arrival was marked `x-converge-replay: true`. */
  replay: boolean;
  repeats: number;
  /** True when a newer version of the same resource had been applied before. */
  regression: boolean;
}

/** The newest state of one resource that was delivered. */
export interface ResourceState {
  shop: string;
  domain: string;
  type: string;
  id: string;
  version: string | null;
  sku: string | null;
  deleted: boolean;
  data: Record<string, unknown>;
}

/** Counters of a demo system. `received` = `applied` + `repeats`. */
export interface ReceivedReport {
  name: string;
  kind: string;
  /** Signed deliveries that were acknowledged. */
  received: number;
  /** Webhook ids seen for the first time. */
  applied: number;
  /** Deliveries whose webhook id had been applied before: acknowledged, no second effect. */
  repeats: number;
  /** Applied deliveries that were older than what the resource already had. */
  regressions: number;
  /** Requests without a valid signature of a known secret. */
  rejectedSignatures: number;
  /** Requests that met a played fault instead of an acknowledgement, by mode. */
  refused: Record<string, number>;
  /** Distinct webhook ids on record. */
  ids: number;
  /** Resources with a current state. */
  resources: number;
  lastReceivedAt: string | null;
  behaviour: Behaviour;
}
