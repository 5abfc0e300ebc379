import { type FileHandle, mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { applyRecord, emptyState, restoreState, serialiseState } from "./state.ts";
import type { StateRecord, SystemState } from "./state.ts";

/** Where a demo system keeps its state between two lives. */
export interface Journal {
  /** Resolves when the record is in the file; rejects when the file cannot be written. */
  append(record: StateRecord): Promise<void>;
  /** Writes what is pending and closes the file. */
  close(): Promise<void>;
}

/** A snapshot replaces the lines once there are this many, so that the file stays small. */
const LINES_PER_SNAPSHOT = 20_000;

interface Pending {
  line: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Reads the state a file holds. The file is a snapshot line followed by one record per line; a
 * torn last line (the process was killed while writing it) was never acknowledged and is ignored.
 * Throws an error naming the file when it holds anything else.
 */
export async function loadState(file: string): Promise<SystemState> {
  const lines = (await readIfPresent(file)).split("\n");
  const torn = lines.pop();
  let state = emptyState();
  lines.forEach((line, index) => {
    try {
      const entry = JSON.parse(line) as { snapshot: unknown } | StateRecord;
      if ("snapshot" in entry) state = restoreState(entry.snapshot);
      else applyRecord(state, entry);
    } catch (error) {
      throw new Error(
        `The state file ${file} is damaged at line ${index + 1}. Delete it to start empty.`,
        { cause: error },
      );
    }
  });
  if (torn) process.stderr.write(`Ignored a half-written last line in ${file}.\n`);
  return state;
}

async function readIfPresent(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/**
 * Opens the file for writing, starting with a snapshot of `state`. Records that arrive together
 * are written together, so an acknowledgement may wait for its record to be on file.
 */
export async function openJournal(file: string, state: SystemState): Promise<Journal> {
  await mkdir(dirname(file), { recursive: true });
  let handle = await writeSnapshot(file, state);
  let pending: Pending[] = [];
  let lines = 0;
  let writing: Promise<void> | undefined;
  let failure: Error | undefined;

  async function flush(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        if (failure) throw failure;
        lines += batch.length;
        if (lines < LINES_PER_SNAPSHOT) {
          await handle.appendFile(batch.map((entry) => entry.line).join(""));
        } else {
          // Records change the state before they are queued: the snapshot holds the batch, and
          // everything queued while it is written comes after it.
          const previous = handle;
          handle = await writeSnapshot(file, state);
          await previous.close();
          lines = 0;
        }
        for (const entry of batch) entry.resolve();
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        for (const entry of batch) entry.reject(failure);
      }
    }
    writing = undefined;
  }

  return {
    append(record) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      pending.push({ line: `${JSON.stringify(record)}\n`, resolve, reject });
      writing ??= flush();
      return promise;
    },
    async close() {
      await writing;
      await handle.close();
    },
  };
}

/** Replaces the file by rename: a reader finds the old state or the new one, never a half. */
async function writeSnapshot(file: string, state: SystemState): Promise<FileHandle> {
  const draft = `${file}.new`;
  await writeFile(draft, `${JSON.stringify({ snapshot: serialiseState(state) })}\n`, {
    mode: 0o600,
  });
  const handle = await open(draft, "a");
  await rename(draft, file);
  return handle;
}
