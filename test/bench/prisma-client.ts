import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { StartError } from "#app/start/start-error.ts";

/** Generates the Prisma client of a contestant, from its own schema. @throws StartError */
export async function generateClient(schema: string): Promise<void> {
  const cli = path.join(projectRoot, "node_modules/prisma/build/index.js");
  const child = spawn(process.execPath, [cli, "generate", "--no-hints", "--schema", schema], {
    cwd: projectRoot,
    env: { ...process.env, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new StartError("Prisma's client for the benchmark was not generated.");
}
