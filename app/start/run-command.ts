import { ConfigError } from "#app/config.server.ts";
import { StartError } from "./start-error.ts";

/**
 * Runs the body of a command that comes to an end by itself (`npm run migrate`, `npm run build`). A
 * condition the person can put right is printed as its sentence alone, anything else with its stack;
 * both end the process with code 1.
 */
export async function runCommand(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    const clear = error instanceof StartError || error instanceof ConfigError;
    console.error(clear ? error.message : error);
    process.exit(1);
  }
}
