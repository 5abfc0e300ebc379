import { randomBytes } from "node:crypto";
import { type Clock, type Database, systemClock } from "#app/db.server.ts";
import { createEgress, type Egress } from "#app/egress/index.server.ts";
import {
  type Counters,
  createCounters,
  createLogger,
  type Logger,
  noTracing,
  type Tracing,
} from "#app/observability/index.server.ts";
import { installShop } from "#app/shops/index.server.ts";
import { createVault, type Vault } from "#app/vault/index.server.ts";

/** A migrated database of one's own; `close` drops it. */
export interface OwnDatabase {
  readonly url: string;
  readonly db: Database;
  close(): Promise<void>;
}

/** The parts every room's tests need, on a database of their own. */
export interface Rig {
  readonly database: OwnDatabase;
  readonly db: Database;
  readonly encryptionKey: Buffer;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counters: Counters;
  readonly tracing: Tracing;
  /** May reach loopback, as in a demo. */
  readonly egress: Egress;
  readonly random: () => number;
  /** Installs the app in a store of its own and returns its domain. */
  installedShop(): Promise<string>;
  /** Call in `afterAll`, after everything that was given the database has stopped. */
  close(): Promise<void>;
}

/** A rig on a database; real time, real randomness, a silent log. */
export function rigOn(database: OwnDatabase): Rig {
  const egress = createEgress({ allowPrivate: true });
  const encryptionKey = randomBytes(32);
  return {
    database,
    db: database.db,
    encryptionKey,
    vault: createVault([encryptionKey]),
    clock: systemClock,
    log: createLogger("test", "silent"),
    counters: createCounters(),
    tracing: noTracing,
    egress,
    random: Math.random,
    installedShop: async () => {
      const shop = `store-${randomBytes(6).toString("hex")}.myshopify.com`;
      // An hour ago: what a test triggers now comes after the installation.
      await database.db.transaction((tx) => installShop(tx, shop, "", Date.now() - 3_600_000));
      return shop;
    },
    close: async () => {
      await egress.close();
      await database.close();
    },
  };
}
