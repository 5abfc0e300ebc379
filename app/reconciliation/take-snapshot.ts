import { v7 as uuidv7 } from "uuid";
import { comparedFields, type DataDomain } from "#app/data-domains.ts";
import type { Clock, Database } from "#app/db.server.ts";
import { getSystem } from "#app/systems/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { keepPrivate } from "./keep-private.ts";
import { type FieldNames, parseSnapshotLine, type SnapshotRecord } from "./parse-snapshot-line.ts";
import { readLines } from "./read-lines.ts";
import { addRecords, beginSnapshot, completeSnapshot, dropSnapshot } from "./snapshot-store.ts";
import type { RejectedLine, SnapshotView } from "./types.ts";

/** What taking a snapshot in needs. */
export interface SnapshotDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** Whose full state of what. */
export interface SnapshotSource {
  readonly shop: string;
  readonly systemId: string;
  readonly domain: DataDomain;
  readonly source: "pushed" | "pulled";
}

/** Not one line of a snapshot could be used. */
export class UnusableSnapshotError extends Error {
  override readonly name = "UnusableSnapshotError";
  readonly errors: readonly RejectedLine[];

  constructor(errors: readonly RejectedLine[]) {
    super("Not one line could be used. What was known before still counts.");
    this.errors = errors;
  }
}

/** Lines stored in one statement. */
const batchSize = 1_000;
/** Rejected lines that are told one by one. */
const toldRejections = 20;

/** Whether Converge can compare this kind of data with Shopify at all. Pure. */
export function isComparable(domain: DataDomain): boolean {
  return comparedFields[domain] !== undefined;
}

/**
 * Takes in a system's full state, line by line, in memory of one batch. It replaces the one before
 * in one moment when it is complete; cut off before its end it never counts. Wrong lines are left
 * out and told; the others go on.
 * @throws {UnusableSnapshotError} when every line is wrong; what the stream throws
 */
export async function takeSnapshot(
  deps: SnapshotDeps,
  of: SnapshotSource,
  stream: AsyncIterable<Uint8Array>,
): Promise<SnapshotView> {
  const { db, clock } = deps;
  const startedAtMs = clock.now();
  const id = uuidv7({ msecs: startedAtMs });
  const system = await getSystem(db, of.shop, of.systemId);
  const names = system?.comparison[of.domain]?.names ?? {};
  await beginSnapshot(db, { ...of, id, atMs: startedAtMs });
  try {
    const read = await store(deps, { domain: of.domain, id, names }, stream);
    if (read.good === 0 && read.rejected > 0) throw new UnusableSnapshotError(read.rejections);
    const completedAtMs = clock.now();
    const rows = await db.transaction((tx) =>
      completeSnapshot(tx, { ...of, ...read, id, atMs: completedAtMs }),
    );
    return {
      id,
      system: of.systemId,
      domain: of.domain,
      source: of.source,
      rows,
      rejected: read.rejected,
      errors: read.rejections,
      ignoredFields: [...read.ignored].sort(),
      completedAt: new Date(completedAtMs).toISOString(),
    };
  } catch (error) {
    // When this fails too, or the process dies first, the sweep forgets it.
    await dropSnapshot(db, id).catch(() => undefined);
    throw error;
  }
}

interface Reading {
  good: number;
  rejected: number;
  readonly rejections: RejectedLine[];
  gaps: boolean;
  readonly ignored: Set<string>;
}

async function store(
  deps: SnapshotDeps,
  { domain, id, names }: { domain: DataDomain; id: string; names: FieldNames },
  stream: AsyncIterable<Uint8Array>,
): Promise<Reading> {
  const read: Reading = { good: 0, rejected: 0, rejections: [], gaps: false, ignored: new Set() };
  let batch = new Map<string, SnapshotRecord>();
  const flush = async () => {
    await addRecords(deps.db, id, [...batch.values()].map(keepPrivate(deps.vault, domain, id)));
    batch = new Map();
  };
  let line = 0;
  for await (const { text } of readLines(stream)) {
    line += 1;
    // A byte order mark before the first line, and empty lines, are no records.
    const content = line === 1 && text !== null ? text.replace(/^\uFEFF/, "") : text;
    if (content?.trim() === "") continue;
    const parsed = parseSnapshotLine(domain, content, names);
    note(read, parsed, line);
    if (parsed.record) batch.set(parsed.record.key, parsed.record);
    if (batch.size >= batchSize) await flush();
  }
  await flush();
  return read;
}

function note(read: Reading, parsed: ReturnType<typeof parseSnapshotLine>, line: number): void {
  for (const name of parsed.ignored) if (read.ignored.size < 50) read.ignored.add(name);
  if (parsed.error === null) {
    read.good += 1;
    return;
  }
  read.rejected += 1;
  if (parsed.record === null) read.gaps = true;
  if (read.rejections.length < toldRejections) read.rejections.push({ line, ...parsed.error });
}
