import type { Clock, Database, Transaction } from "#app/db.server.ts";
import type { Egress } from "#app/egress/index.server.ts";
import type { Logger } from "#app/observability/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";

/** What a comparison works with. */
export interface RunDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
  readonly egress: Pick<Egress, "get">;
  readonly shopify: Pick<Shopify, "graphql" | "bulk">;
  readonly enqueue: <
    Name extends
      | "process-events"
      | "fan-out-changes"
      | "write-back"
      | "tell-system"
      | "run-reconciliation"
      | "forget-shop",
  >(
    tx: Transaction,
    name: Name,
    jobs: readonly EnqueuedJob<Name>[],
  ) => Promise<void>;
}
