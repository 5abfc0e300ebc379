import { startDemoSystem } from "./server.ts";

/** Ends the process with one clear sentence. */
function giveUp(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const { DEMO_NAME, DEMO_KIND, DEMO_PORT, DEMO_STATE_FILE } = process.env;
const name = DEMO_NAME ?? "Warehouse";
const portText = DEMO_PORT ?? "4101";
const port = Number(portText);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  giveUp(`DEMO_PORT must be a port number from 0 to 65535, not "${portText}".`);
}

try {
  const system = await startDemoSystem({
    name,
    kind: DEMO_KIND ?? "wms",
    port,
    ...(DEMO_STATE_FILE ? { stateFile: DEMO_STATE_FILE } : {}),
  });
  process.stdout.write(`${name} on ${system.url}\n`);
  const stop = () => void system.close().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
    giveUp(`Port ${port} is taken. Stop the other program or set DEMO_PORT for ${name}.`);
  }
  giveUp(error instanceof Error ? error.message : String(error));
}
