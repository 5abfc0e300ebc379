import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { findFreePort } from "./ports.ts";
import { errorCode, StartError } from "./start-error.ts";

const settingsSchema = z.object({
  port: z.number().int().min(1).max(65_535),
  password: z.string().min(16),
});

/** Where the embedded Postgres listens and its password: chosen once, then remembered. */
export type PostgresSettings = z.infer<typeof settingsSchema>;

/**
 * The remembered settings below `folder`, made up on first use. Of several processes that come
 * first at once, one wins and the others take what it chose.
 * @throws StartError when the file is not readable as settings.
 */
export async function loadPostgresSettings(folder: string): Promise<PostgresSettings> {
  const file = path.join(folder, "settings.json");
  const remembered = await readSettings(file);
  if (remembered) return remembered;
  const draft = await writeDraft(file, {
    port: await findFreePort(),
    password: randomBytes(24).toString("base64url"),
  });
  try {
    // A link, unlike a rename, never replaces what another process has put there meanwhile.
    await link(draft, file);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const settings = await readSettings(file);
  if (!settings)
    throw new StartError(`${file} was removed while it was being written: start again.`);
  return settings;
}

/** Remembers another free port, for when the old one was taken by a stranger while Postgres was down. */
export async function rememberAnotherPort(
  folder: string,
  settings: PostgresSettings,
): Promise<PostgresSettings> {
  const file = path.join(folder, "settings.json");
  const moved = { ...settings, port: await findFreePort() };
  await rename(await writeDraft(file, moved), file);
  return moved;
}

async function readSettings(file: string): Promise<PostgresSettings | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    return settingsSchema.parse(JSON.parse(text));
  } catch {
    throw new StartError(
      `${file} is damaged: restore it from a backup, or delete ${path.dirname(file)} to begin with an empty database.`,
    );
  }
}

async function writeDraft(file: string, settings: PostgresSettings): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  return draft;
}
