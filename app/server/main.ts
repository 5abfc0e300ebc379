import { loadConfig } from "#app/config.server.ts";
import { runProcess } from "#app/start/process-frame.ts";
import { startWeb } from "./web.ts";

await runProcess("web", () => startWeb(loadConfig(process.env)));
