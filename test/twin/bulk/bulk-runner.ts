import { setTimeout } from "node:timers/promises";
import { GraphQLError, type GraphQLFieldResolver } from "graphql";
import type { Change } from "../commerce/change.ts";
import type { AdminSchema } from "../graphql/admin-schema.ts";
import type { Args, GraphContext } from "../graphql/context.ts";
import { toSecond } from "../state/clock.ts";
import { gid, takeId } from "../state/ids.ts";
import type { BulkOperationRow, Store } from "../state/model.ts";
import type { Random } from "../state/random.ts";
import type { BulkSettings } from "../types.ts";
import { restBulkOperation } from "../webhooks/rest-bulk-operation.ts";
import { type BulkQuery, checkBulkQuery } from "./check-bulk-query.ts";
import { readLines } from "./read-lines.ts";
import type { ResultFiles } from "./result-files.ts";

/** What a bulk operation does on a bad day, decided when it starts. */
export type BulkFate = "completes" | "fails" | "fails_with_part" | "never_ends" | "is_torn";

export type BulkRunnerOptions = {
  settings: () => BulkSettings;
  files: ResultFiles;
  random: Random;
  now: () => number;
  fate: () => BulkFate;
  admin: AdminSchema;
  fieldResolver: GraphQLFieldResolver<unknown, GraphContext, Args>;
  contextFor: (store: Store) => GraphContext;
  isStored: (store: Store, row: unknown) => boolean;
  perform: <T>(store: Store, act: (change: Change) => T) => T;
  /** Called when the state of an operation moved. */
  touched: () => void;
  log: (line: string) => void;
};

/** Longest time of reading without letting others have their turn. */
const SLICE_MS = 8;

/** Runs bulk operations in the background, any number at once. */
export class BulkRunner {
  readonly #options: BulkRunnerOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(options: BulkRunnerOptions) {
    this.#options = options;
  }

  /** Creates an operation for a query that was accepted, and starts it. */
  start(store: Store, query: BulkQuery, text: string, groupObjects: boolean): BulkOperationRow {
    const row: BulkOperationRow = {
      kind: "BulkOperation",
      id: takeId(store, "BulkOperation"),
      query: text,
      groupObjects,
      status: "CREATED",
      errorCode: null,
      objectCount: 0,
      rootObjectCount: 0,
      fileName: null,
      fileSize: null,
      createdAt: toSecond(this.#options.now()),
      completedAt: null,
      expiresAt: null,
    };
    store.bulkOperations.set(row.id, row);
    this.#launch(store, row, query);
    return row;
  }

  /** Begins again with what an earlier process left unfinished, and drops what nobody can fetch. */
  resume(stores: Iterable<Store>): void {
    for (const store of stores) {
      for (const row of store.bulkOperations.values()) {
        if (isOver(row)) this.#forgetExpired(row);
        else this.#resumeOne(store, row);
      }
    }
  }

  /** Stops reading; operations stay unfinished. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
    this.#options.files.close();
  }

  /** Ends early when the runner is closed. */
  async #wait(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  #resumeOne(store: Store, row: BulkOperationRow): void {
    const verdict = checkBulkQuery(this.#options.admin.schema, row.query);
    row.objectCount = 0;
    row.rootObjectCount = 0;
    if (verdict.ok) this.#launch(store, row, verdict.query);
    else this.#finish(store, row, { status: "FAILED", errorCode: "INTERNAL_SERVER_ERROR" });
  }

  #forgetExpired(row: BulkOperationRow): void {
    const { files, now } = this.#options;
    if (row.fileName === null || row.expiresAt === null || row.expiresAt > now()) return;
    files.remove(row.fileName);
    row.fileName = null;
  }

  #launch(store: Store, row: BulkOperationRow, query: BulkQuery): void {
    const run = this.#run(store, row, query).catch((error: unknown) => {
      this.#options.log(`bulk operation ${row.id}: ${String(error)}`);
    });
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
  }

  async #run(store: Store, row: BulkOperationRow, query: BulkQuery): Promise<void> {
    const { files, fate: decideFate, touched } = this.#options;
    const settings = this.#options.settings();
    const fate = decideFate();
    await this.#wait(settings.startDelayMs);
    if (row.status === "CREATED") row.status = "RUNNING";
    touched();
    const fileName = `${row.id}-${this.#options.random.between(1e8, 1e9)}-final`;
    const writer = files.create(fileName);
    let errorCode: BulkOperationRow["errorCode"];
    try {
      errorCode = await this.#write(store, row, query, { writer, fate });
    } catch (error) {
      errorCode = this.#codeOf(row, error);
    } finally {
      writer.close();
    }
    while (fate === "never_ends" && !this.#stop.signal.aborted && !isCanceling(row)) {
      await this.#wait(settings.cancelDelayMs);
    }
    if (this.#stop.signal.aborted) return files.remove(fileName);
    const size = writer.size();
    const hasPart = size > 0 && fate !== "fails" && !isCanceling(row);
    if (!hasPart) files.remove(fileName);
    if (fate === "is_torn" && hasPart) files.truncate(fileName, tornAt(size));
    if (hasPart) Object.assign(row, { fileName, fileSize: size });
    if (isCanceling(row)) {
      await this.#wait(settings.cancelDelayMs);
      this.#finish(store, row, { status: "CANCELED", errorCode: null });
    } else {
      this.#finish(store, row, { status: errorCode ? "FAILED" : "COMPLETED", errorCode });
    }
  }

  /** Writes the result at the pace asked for; says what made it stop early. */
  async #write(
    store: Store,
    row: BulkOperationRow,
    query: BulkQuery,
    { writer, fate }: { writer: { add(line: string): void; flush(): void }; fate: BulkFate },
  ): Promise<BulkOperationRow["errorCode"]> {
    const { fieldResolver, contextFor, isStored, settings, touched } = this.#options;
    const startedMs = performance.now();
    let sliceMs = startedMs;
    const { groupObjects } = row;
    const lines = readLines({
      query,
      fieldResolver,
      context: contextFor(store),
      groupObjects,
      isStored: (each) => isStored(store, each),
    });
    for (const { text, isRoot } of lines) {
      writer.add(text);
      row.objectCount += 1;
      if (isRoot) row.rootObjectCount += 1;
      if (failsNow(fate, row)) return "INTERNAL_SERVER_ERROR";
      const dueMs = dueAfter(settings(), startedMs, row.objectCount);
      if (performance.now() - sliceMs < SLICE_MS && dueMs - performance.now() < SLICE_MS) continue;
      touched();
      await this.#wait(Math.max(0, dueMs - performance.now()));
      sliceMs = performance.now();
      if (this.#stop.signal.aborted || isCanceling(row)) return null;
    }
    return fate === "fails" || fate === "fails_with_part" ? "INTERNAL_SERVER_ERROR" : null;
  }

  #codeOf(row: BulkOperationRow, error: unknown): BulkOperationRow["errorCode"] {
    const code = error instanceof GraphQLError ? error.extensions["code"] : undefined;
    if (code === "ACCESS_DENIED") return "ACCESS_DENIED";
    this.#options.log(`bulk operation ${row.id}: ${String(error)}`);
    return "INTERNAL_SERVER_ERROR";
  }

  #finish(
    store: Store,
    row: BulkOperationRow,
    outcome: Pick<BulkOperationRow, "status" | "errorCode">,
  ): void {
    const { settings, now, perform } = this.#options;
    perform(store, (change) => {
      Object.assign(row, outcome, { expiresAt: now() + settings().resultSeconds * 1000 });
      if (outcome.status !== "FAILED") row.completedAt = toSecond(now());
      change.emit({
        topic: "bulk_operations/finish",
        resource: gid("BulkOperation", row.id),
        body: () => restBulkOperation(store, row),
      });
    });
  }
}

/** Whether an operation has come to its end, whichever. */
export function isOver({ status }: BulkOperationRow): boolean {
  return status === "COMPLETED" || status === "FAILED" || status === "CANCELED";
}

function isCanceling({ status }: BulkOperationRow): boolean {
  return status === "CANCELING";
}

/** When the next line may be read; at once unless a pace is set. */
function dueAfter({ objectsPerSecond }: BulkSettings, startedMs: number, count: number): number {
  return objectsPerSecond > 0 ? startedMs + (count / objectsPerSecond) * 1000 : 0;
}

/** A failing operation gives up after so many objects, so that part of the data is there. */
const FAILS_AFTER = 60;

function failsNow(fate: BulkFate, { objectCount }: BulkOperationRow): boolean {
  return (fate === "fails" || fate === "fails_with_part") && objectCount >= FAILS_AFTER;
}

/** Somewhere in the second half, and never at the end of a line: those are one byte long. */
function tornAt(size: number): number {
  return Math.max(1, Math.floor(size * 0.7));
}
