import { stateFolder } from "./embedded-postgres.ts";
import { runCommand } from "./run-command.ts";
import { runDemo } from "./run-demo.ts";
import { onStopSignal } from "./stop-signal.ts";

/** `npm start`: the whole demo on this machine. Ctrl-C ends all of it, at any moment. */
await runCommand(async () => {
  const { signal } = onStopSignal({ report: console.error });
  await runDemo({ env: process.env, folder: stateFolder, report: console.log, signal });
  console.log("Stopped.");
  process.exit(0);
});
