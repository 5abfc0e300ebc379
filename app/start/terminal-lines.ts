/** Decides which lines of a child process the person at the terminal sees. */
export interface TerminalLines {
  /** The line to show for one line of output, or undefined for none. */
  show(line: string, stream: "stdout" | "stderr"): string | undefined;
}

// A dead database makes every process complain many times a second.
const windowMs = 10_000;
const linesPerWindow = 10;

/**
 * Warnings and errors only, shortened to their message: structured lines by their level, other
 * lines when they come on stderr. Floods are cut: the rest is in the log file.
 */
export function warningsOnly(name: string, logFile: string, now: () => number): TerminalLines {
  let windowStartMs = 0;
  let shown = 0;
  return {
    show(line, stream) {
      const message = warningIn(line, stream);
      if (message === undefined) return undefined;
      if (now() - windowStartMs > windowMs) {
        windowStartMs = now();
        shown = 0;
      }
      shown += 1;
      if (shown > linesPerWindow) return undefined;
      const more = shown === linesPerWindow ? ` (more in ${logFile})` : "";
      return `[${name}] ${message}${more}`;
    },
  };
}

function warningIn(line: string, stream: "stdout" | "stderr"): string | undefined {
  if (line.trim() === "") return undefined;
  if (!line.startsWith("{")) return stream === "stderr" ? line : undefined;
  try {
    const { level, msg, err } = JSON.parse(line) as {
      level?: unknown;
      msg?: unknown;
      err?: { message?: unknown };
    };
    if (level !== "warn" && level !== "error" && level !== "fatal") return undefined;
    const reason =
      typeof err?.message === "string" && err.message !== msg ? `: ${err.message}` : "";
    return `${level}: ${typeof msg === "string" ? msg : line}${reason}`;
  } catch {
    // It only looked like JSON: treat it as text.
    return stream === "stderr" ? line : undefined;
  }
}
