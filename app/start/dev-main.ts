import { stateFolder } from "./embedded-postgres.ts";
import { runCommand } from "./run-command.ts";
import { runDev } from "./run-dev.ts";
import { onStopSignal } from "./stop-signal.ts";

/** `npm run dev`, which `shopify app dev` calls: web process and worker for a development store. */
await runCommand(async () => {
  const { signal } = onStopSignal({ report: console.error });
  await runDev({ env: process.env, folder: stateFolder, report: console.log, signal });
  process.exit(0);
});
