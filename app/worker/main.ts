import { loadConfig } from "#app/config.server.ts";
import { runProcess } from "#app/start/process-frame.ts";
import { startWorker } from "./worker.ts";

await runProcess("worker", () => {
  const config = loadConfig(process.env);
  return startWorker(config);
});
