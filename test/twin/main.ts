/** The twin as a process: settings from the environment, state in a file, a clean stop. */
import { startTwin } from "./server.ts";
import type { DemoSystem, TwinOptions } from "./types.ts";

/** Half a second between a change and its webhook: Shopify's median is one. */
const DEMO_LATENCY_MS = 300;
const DEMO_ASSEMBLE_DELAY_MS = 150;
/** Slow enough that a full pass over a demo store can be watched. */
const DEMO_BULK_PACE = 1_500;

function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  return fail(`The twin needs ${name}: set it to what the app is configured with.`);
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

function wholeNumber(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  return fail(`${name} must be a whole number, and is "${text}".`);
}

/** `Warehouse=http://127.0.0.1:4101,ERP=http://127.0.0.1:4102` */
function demoSystems(): DemoSystem[] {
  const text = process.env["TWIN_DEMO_SYSTEMS"] ?? "";
  return text.split(",").flatMap((entry) => {
    if (entry.trim() === "") return [];
    const at = entry.indexOf("=");
    const url = entry.slice(at + 1).trim();
    if (at > 0 && URL.canParse(url)) return [{ name: entry.slice(0, at).trim(), url }];
    return fail(
      `TWIN_DEMO_SYSTEMS must look like Warehouse=http://127.0.0.1:4101,..., not "${entry}".`,
    );
  });
}

function readOptions(): TwinOptions {
  const { TWIN_STATE_FILE: stateFile, TWIN_APP_TOML: appTomlPath } = process.env;
  return {
    apiKey: required("SHOPIFY_API_KEY"),
    apiSecret: required("SHOPIFY_API_SECRET"),
    appUrl: required("SHOPIFY_APP_URL"),
    port: wholeNumber("TWIN_PORT", 4000),
    seed: wholeNumber("TWIN_SEED", 7),
    skusPerStore: wholeNumber("TWIN_SKUS", 300),
    storeCount: wholeNumber("TWIN_STORES", 3),
    locationsPerStore: wholeNumber("TWIN_LOCATIONS", 2),
    bulk: { objectsPerSecond: wholeNumber("TWIN_BULK_PACE", DEMO_BULK_PACE) },
    ...(stateFile ? { stateFile } : {}),
    ...(appTomlPath ? { appTomlPath } : {}),
    demoSystems: demoSystems(),
    webhookLatencyMs: DEMO_LATENCY_MS,
    assembleDelayMs: DEMO_ASSEMBLE_DELAY_MS,
    log: (line) => console.log(`twin: ${line}`),
  };
}

function explain(error: unknown, port: number): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "EADDRINUSE") {
    return `Port ${port} is in use: stop what listens there, or set TWIN_PORT to another port.`;
  }
  return `The twin could not start: ${error.message}`;
}

const options = readOptions();
try {
  const twin = await startTwin(options);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await twin.close();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
  // Whoever reads this may end it the moment after.
  console.log(`twin: Shopify stand-in on ${twin.url}`);
} catch (error) {
  fail(explain(error, options.port ?? 0));
}
