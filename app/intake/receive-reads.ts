import { v7 as uuidv7 } from "uuid";
import type { Clock, Database } from "#app/db.server.ts";
import { bodyPurpose, ruleOf, stringifyLossless, type NewEvent } from "#app/events/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { commitEvents, type CommitOutcome, type ProcessQueue } from "./commit-events.ts";
import { traceparentOf } from "./trace-context.ts";

/** A resource as Converge read it from Shopify. */
export interface ReadRow {
  readonly shop: string;
  readonly source: "poll" | "reconciliation";
  /** Rows with the same key are one: what is read twice in one pass counts once. */
  readonly deliveryKey: string;
  /** The topic whose words `body` uses. */
  readonly topic: string;
  readonly resource: { readonly type: string; readonly id: string };
  /** RFC 3339. */
  readonly version: string;
  /** In the shape a webhook of the topic has, as far as the read goes. */
  readonly body: Readonly<Record<string, unknown>>;
  /** When Shopify was asked: what was applied after that may be newer than the row. */
  readonly readAtMs: number;
  readonly correlationId: string;
}

/** What taking reads in needs. */
export interface ReadsDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly enqueue: ProcessQueue["enqueue"];
}

/**
 * Takes in what was read from Shopify, through the same transaction as webhooks: stored once per
 * key, with the jobs that will process it. Outcomes in the order of the rows.
 */
export async function receiveReads(
  deps: ReadsDeps,
  rows: readonly ReadRow[],
): Promise<CommitOutcome[]> {
  return commitEvents(
    {
      db: deps.db,
      queue: { enqueue: deps.enqueue },
      vault: deps.vault,
      nowMs: () => deps.clock.now(),
      // What a comparison finds has been wrong for a while; what is told or asked for now goes first.
      ...(rows.every((row) => row.source === "reconciliation") ? { priority: -1 } : {}),
    },
    rows.map((row) => toEvent(deps, row)),
  );
}

function toEvent(deps: ReadsDeps, row: ReadRow): NewEvent {
  const rule = ruleOf(row.topic);
  if (rule.kind !== "change") throw new Error(`${row.topic} is no topic that a read can speak of`);
  const id = uuidv7({ msecs: deps.clock.now() });
  const body = Buffer.from(stringifyLossless(row.body));
  return {
    id,
    shop: row.shop,
    source: row.source,
    transport: row.source,
    deliveryKey: row.deliveryKey,
    topic: row.topic,
    domain: rule.domain,
    type: rule.type,
    status: "received",
    reason: null,
    resource: {
      ...row.resource,
      version: row.version,
      versionAtMs: Date.parse(row.version),
    },
    shopifyEventId: null,
    correlationId: row.correlationId,
    traceparent: traceparentOf(row.shop, row.correlationId, id),
    apiVersion: null,
    subscription: null,
    triggeredAt: null,
    receivedAtMs: row.readAtMs,
    body: deps.vault.seal(body, bodyPurpose(id)),
    bodyBytes: body.length,
    headers: {},
  };
}
