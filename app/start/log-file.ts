import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { errorCode } from "./start-error.ts";

/** A log of bounded size: `<name>.log` and one older `<name>.log.1`. */
export interface LogFile {
  write(text: string): void;
  close(): void;
}

/**
 * Opens the log at `file` for appending. When it reaches `maxBytes` it becomes `<file>.1`, which
 * replaces the one before. A full disk costs log lines, never the process.
 */
export function openLogFile(file: string, maxBytes = 10 * 1024 * 1024): LogFile {
  mkdirSync(path.dirname(file), { recursive: true });
  let descriptor = openSync(file, "a", 0o600);
  let size = statSync(file).size;
  return {
    write(text) {
      if (size >= maxBytes) {
        closeSync(descriptor);
        renameSync(file, `${file}.1`);
        descriptor = openSync(file, "a", 0o600);
        size = 0;
      }
      try {
        size += writeSync(descriptor, text);
      } catch (error) {
        if (errorCode(error) !== "ENOSPC") throw error;
      }
    },
    close: () => closeSync(descriptor),
  };
}
