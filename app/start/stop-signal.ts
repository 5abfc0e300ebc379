// One Ctrl-C arrives several times: from the terminal, from npm, from the bootstrap.
const sameKeyPressMs = 1_000;

/**
 * Turns Ctrl-C, SIGTERM and a closed terminal into one abort signal. Pressed a second time, after at
 * least a second, it ends the process at once; child processes notice that and end as well.
 */
export function onStopSignal(options: { report: (line: string) => void }): { signal: AbortSignal } {
  const controller = new AbortController();
  let firstMs: number | undefined;
  const stop = () => {
    if (firstMs === undefined) {
      firstMs = Date.now();
      options.report("\nStopping (Ctrl-C again to end at once) ...");
      controller.abort();
    } else if (Date.now() - firstMs > sameKeyPressMs) {
      process.exit(1);
    }
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  // After the terminal is gone, writing to it fails; stopping in order matters more.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  return { signal: controller.signal };
}
