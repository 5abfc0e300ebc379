import type { LagSample } from "#app/freshness/index.server.ts";
import { addLags } from "#app/freshness/index.server.ts";
import { disableSystem, type Destination } from "#app/systems/index.server.ts";
import type { Attempted } from "./deliver-change.ts";
import { recordAttempts, supersedeFailed } from "./delivery-store.ts";
import type { LaneDeps } from "./lane.ts";

/** Writes down what became of attempts that finished together, and what follows for their system. */
export async function recordBatch(
  deps: LaneDeps,
  destination: Destination,
  batch: readonly Attempted[],
): Promise<void> {
  const nowMs = deps.clock.now();
  const gone = batch.find((item) => item.verdict.next === "dead" && item.verdict.disable);
  await deps.db.transaction(async (tx) => {
    const counted = await recordAttempts(
      tx,
      batch.map((item) => item.result),
    );
    const failed = batch.filter((item) => item.verdict.next === "retry");
    if (destination.policy.mode === "latest")
      await supersedeFailed(
        tx,
        failed.map((item) => item.delivery.id),
        nowMs,
      );
    if (gone)
      await disableSystem(
        tx,
        destination.shop,
        destination.id,
        "The system answered 410: this address is gone. Correct it, then resume.",
        nowMs,
      );
    const delivered = batch.filter(
      (item) => item.verdict.next === "delivered" && counted.has(item.delivery.id),
    );
    await addLags(
      tx,
      delivered
        .filter((item) => item.delivery.generation === 0)
        .flatMap((item) => lagsOf(destination, item)),
      nowMs,
    );
  });
  for (const item of batch) note(deps, destination, item);
}

function lagsOf(destination: Destination, item: Attempted): LagSample[] {
  const { shop, id: systemId } = destination;
  const { domain } = item.delivery;
  const doneMs = item.result.atMs + item.result.durationMs;
  return [
    {
      shop,
      domain,
      systemId,
      stage: "delivery",
      lagMs: doneMs - item.change.processedAt.getTime(),
    },
    { shop, domain, systemId, stage: "total", lagMs: doneMs - item.change.occurredAt.getTime() },
  ];
}

/** One line per attempt, with everything one asks for when a delivery went wrong. */
function note(deps: LaneDeps, destination: Destination, item: Attempted): void {
  const { result, verdict, change } = item;
  deps.counters.add("converge_deliveries_total", { outcome: result.status });
  deps.log[verdict.next === "delivered" ? "debug" : "warn"](
    {
      shop: destination.shop,
      systemId: destination.id,
      deliveryId: result.id,
      webhookId: change.id,
      correlationId: change.correlationId,
      type: change.type,
      resourceId: change.resourceId,
      attempt: result.attempt,
      outcome: result.status,
      httpStatus: result.httpStatus,
      durationMs: result.durationMs,
      error: result.error,
    },
    "delivery attempted",
  );
}
