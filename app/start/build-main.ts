import { buildApp } from "./build.ts";
import { projectRoot } from "./embedded-postgres.ts";
import { runCommand } from "./run-command.ts";

/** `npm run build`: the production build, made in any case. */
await runCommand(async () => {
  await buildApp(projectRoot, { always: true });
  console.log("Built into build/.");
});
