import type { IncomingHttpHeaders } from "node:http";
import { type Answer, json } from "./answer.ts";
import { parseJson } from "./body.ts";
import { verifySignature } from "./signature.ts";
import type { StateRecord, SystemState } from "./state.ts";
import { envelopeSchema } from "./types.ts";

/** What a delivery needs: the state to look into and the way to change it. */
export interface Receiver {
  state: SystemState;
  /** Changes the state; resolves when the change would survive a restart. */
  record(record: StateRecord): Promise<void>;
  /** The present, RFC 3339. */
  now(): string;
}

/**
 * Takes one delivery: 401 unless signed, 400 when it is signed but not an envelope, else 200 once
 * it is on record. The idempotency key is `webhook-id`: a repeat is acknowledged without effect.
 */
export async function receiveDelivery(
  rawBody: Buffer,
  headers: IncomingHttpHeaders,
  receiver: Receiver,
): Promise<Answer> {
  const parsed = parseJson(rawBody);
  const envelope = envelopeSchema.safeParse(parsed?.value);
  const { secrets } = receiver.state;
  // The shop a body names only selects the secrets to try; it is believed once one of them fits.
  const candidates = envelope.success
    ? (secrets.get(envelope.data.shop) ?? [])
    : [...secrets.values()].flat();
  const verdict = verifySignature(rawBody, headers, candidates);
  if (!verdict.verified) {
    await receiver.record({ kind: "rejected", at: receiver.now() });
    return json(401, { error: `signature refused: ${verdict.cause}` });
  }
  if (!envelope.success) {
    const problems = envelope.error.issues.map(
      (issue) => `${issue.path.join(".") || "body"}: ${issue.message}`,
    );
    return json(400, { error: parsed ? problems.join("; ") : "body: not JSON" });
  }
  if (envelope.data.id !== verdict.webhookId) {
    return json(400, { error: "id: must equal the header webhook-id" });
  }
  const repeat = receiver.state.ledger.has(verdict.webhookId);
  await receiver.record({
    kind: "delivery",
    at: receiver.now(),
    id: verdict.webhookId,
    envelope: envelope.data,
    attempt: headerText(headers["x-converge-attempt"]),
    replay: headerText(headers["x-converge-replay"]) === "true",
  });
  return json(200, { status: repeat ? "repeat" : "applied" });
}

function headerText(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
