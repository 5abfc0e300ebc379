import type { Config } from "#app/config.server.ts";
import type { Clock, Database } from "#app/db.server.ts";
import type { Egress } from "#app/egress/index.server.ts";
import type { Counters, Logger } from "#app/observability/index.server.ts";
import type { Queue } from "#app/queue/index.server.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";

/**
 * What the edges (routes, API) are given: one of each means, made once per process by its main.
 * Rooms ask for the few of these they need, never for the whole.
 */
export interface AppContext {
  readonly config: Config;
  readonly db: Database;
  readonly queue: Queue;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly egress: Egress;
  readonly counters: Counters;
  readonly log: Logger;
  readonly shopify: Shopify;
}

declare module "@remix-run/node" {
  interface AppLoadContext extends AppContext {
    readonly requestId: string;
  }
}
