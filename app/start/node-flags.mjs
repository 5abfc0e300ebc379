import path from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Flags of every Node process of the project: it ends with the process that started it, and collects
 * garbage in short pauses. Several processes share the cores: a collection with a helper waits until the
 * helper has a core, so that 8 ms become 20 for every webhook under way. One collector per process, and
 * one helper for the large collections (https://nodejs.org/api/cli.html#--v8-pool-sizenum). A young
 * generation beyond the 16 MB that Node gives makes each pause longer; with half of them the slowest
 * hundredth of webhooks took twice as long.
 * @param {string} root the project's folder
 * @returns {string[]}
 */
export function nodeFlags(root) {
  const preload = pathToFileURL(path.join(root, "app/start/end-with-parent.mjs")).href;
  return [
    "--disable-warning=ExperimentalWarning",
    "--v8-pool-size=1",
    "--no-parallel-scavenge",
    "--import",
    preload,
  ];
}
