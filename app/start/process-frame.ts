import { ConfigError } from "#app/config.server.ts";
import { StartError } from "./start-error.ts";

/** A process that was started and can be stopped. */
export interface RunningProcess {
  stop(): Promise<void>;
}

/** However long stopping takes, the process is gone after this. */
const killAfterMs = 15_000;

/**
 * The frame around every long-running process: starts it, turns what people can mend (a wrong
 * environment value, a busy port) into one sentence and exit code 1, and stops it once on SIGTERM or
 * SIGINT.
 */
export async function runProcess(
  name: string,
  start: () => Promise<RunningProcess>,
): Promise<void> {
  let stopping: Promise<void> | undefined;
  let running: RunningProcess | undefined;
  const stop = () => {
    if (stopping) return;
    setTimeout(() => process.exit(1), killAfterMs).unref();
    stopping = (running?.stop() ?? Promise.resolve()).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`${name}: could not stop cleanly:`, error);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
  try {
    running = await start();
  } catch (error) {
    console.error(explain(name, error));
    process.exit(1);
  }
}

function explain(name: string, error: unknown): unknown {
  if (error instanceof ConfigError || error instanceof StartError) return error.message;
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    const port = "port" in error ? String(error.port) : "";
    return `Port ${port} is in use by another program. Stop that program, or set ${name === "web" ? "PORT" : "WORKER_PORT"} to a free port.`;
  }
  return error;
}
