import { accessSync, chmodSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

// The CLI would otherwise download a native schema engine from binaries.prisma.sh. It loads this file
// before it looks for engines, so no variable has to be set by hand; one that is set wins.
if (process.platform !== "win32" && !process.env.PRISMA_SCHEMA_ENGINE_BINARY) {
  const engine = fileURLToPath(new URL("./prisma/schema-engine.mjs", import.meta.url));
  makeExecutable(engine);
  process.env.PRISMA_SCHEMA_ENGINE_BINARY = engine;
}

/** Archives and some file systems lose the exec bit; the CLI only runs what has it. */
function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  // `npm run migrate` passes the URL; `prisma generate` and `prisma validate` need none.
  datasource: { url: process.env.DATABASE_URL ?? "postgresql://converge@127.0.0.1:5432/converge" },
});
