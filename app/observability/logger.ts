import pino, { type Logger } from "pino";

/** A structured logger; secrets and bodies are never passed to it. */
export type { Logger };

/** One logger per process. `level` as in LOG_LEVEL; lines are JSON on standard output. */
export function createLogger(process: string, level: string): Logger {
  return pino({
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
