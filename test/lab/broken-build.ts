import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot, stateFolder } from "#app/start/embedded-postgres.ts";
import { StartError } from "#app/start/start-error.ts";

/** One thing Converge rests on, taken out. */
interface Breakage {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Builds that are wrong on purpose: a lab that lets one of them pass checks nothing. Each takes away
 * one of the things that keep changes from being lost, doubled or overwritten.
 */
const breakages = {
  /** The same webhook id is stored as often as it comes. */
  dedupe: {
    file: "app/events/insert-store.ts",
    from: "SELECT id, shop, source, transport, key,",
    to: "SELECT id, shop, source, transport || ':' || id, key,",
  },
  /** Whatever comes last counts as the newest. */
  "version-check": {
    file: "app/processing/decide-change.ts",
    from: "const order = compareVersions(arrived, known);",
    to: 'compareVersions(arrived, known); const order = "newer" as "newer" | "older" | "same";',
  },
  /** Shopify gets its 200 before anything is stored. */
  "ack-before-commit": {
    file: "app/intake/receive-webhook.ts",
    from: "const outcome = await group.submit(checked.event);",
    to: 'void new Promise((resolve) => setTimeout(resolve, 300)).then(() => group.submit(checked.event)).catch(() => undefined); const outcome = "accepted" as const;',
  },
} satisfies Record<string, Breakage>;

/** What can be broken. */
export type BreakageName = keyof typeof breakages;

/** @see breakages */
export const breakageNames = Object.keys(breakages) as BreakageName[];

/** Everything a process of the app needs from its folder. */
const copied = ["app", "prisma", "package.json", "prisma.config.ts", "shopify.app.toml"];
const linked = ["node_modules", "build", "public"];

/**
 * Makes a copy of the app with one thing broken, and returns its folder.
 * @throws StartError when the source no longer says what was to be broken.
 */
export async function makeBrokenBuild(name: BreakageName): Promise<string> {
  const root = path.join(stateFolder, "lab-builds", name);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  for (const item of copied)
    await cp(path.join(projectRoot, item), path.join(root, item), { recursive: true });
  for (const item of linked) await symlink(path.join(projectRoot, item), path.join(root, item));
  const { file, from, to } = breakages[name];
  const text = await readFile(path.join(root, file), "utf8");
  if (text.split(from).length !== 2)
    throw new StartError(`Cannot break ${name}: ${file} no longer says "${from}".`);
  await writeFile(
    path.join(root, file),
    text.replace(from, () => to),
  );
  return root;
}
