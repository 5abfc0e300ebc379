import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { IdempotencyRecord } from "../graphql/idempotency.ts";
import type { TokenState } from "../oauth/tokens.ts";
import type { FaultSettings } from "../faults/fault-table.ts";
import type { WaitingWebhook } from "../webhooks/dispatcher.ts";
import type { Store } from "./model.ts";

/** Everything a twin needs to go on where an earlier one stopped. */
export type SavedState = {
  stores: Map<string, Store>;
  tokens: TokenState;
  idempotency: IdempotencyRecord[];
  faults: FaultSettings;
  waiting: WaitingWebhook[];
};

const FORMAT = 2;

/**
 * The saved state, or null when there is no file yet.
 * @throws when the file is damaged or of another format; the message says what to do.
 */
export function readStateFile(path: string): SavedState | null {
  if (!existsSync(path)) return null;
  try {
    const text = readFileSync(path, "utf8");
    const file = JSON.parse(text, reviveMaps) as SavedState & { format: number };
    if (file.format === FORMAT && file.stores instanceof Map) return file;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Error(
    `The state file ${path} is damaged or of another version; delete it to start with fresh stores.`,
  );
}

/** Writes to a neighbour first, so that the file is always whole. */
export function writeStateFile(path: string, state: SavedState): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, JSON.stringify({ format: FORMAT, ...state }, replaceMaps));
  renameSync(draft, path);
}

function replaceMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? { $map: [...value] } : value;
}

function reviveMaps(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || !("$map" in value)) return value;
  return Array.isArray(value.$map) ? new Map(value.$map) : value;
}

/** Saves soon after a change, but never busies itself with saving. */
export type Saver = {
  /** Something changed. */
  touch(): void;
  /** Saves a last time. */
  close(): void;
};

const SOONEST_MS = 1_000;
/** A save that took 50 ms is followed by at least this many times that of rest. */
const REST_FACTOR = 40;

export function createSaver(save: () => void): Saver {
  let timer: NodeJS.Timeout | null = null;
  let restMs = SOONEST_MS;
  const run = () => {
    timer = null;
    const startedMs = performance.now();
    save();
    restMs = Math.max(SOONEST_MS, (performance.now() - startedMs) * REST_FACTOR);
  };
  return {
    touch() {
      timer ??= setTimeout(run, restMs);
    },
    close() {
      if (timer) clearTimeout(timer);
      run();
    },
  };
}
