import path from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Flags of every Node process of the project: it ends with the process that started it, and has room
 * for what lives a moment only. With the 16 MB that Node gives by itself, bodies of 20 KB outlive two
 * collections while they wait for their commit, and the large collection that follows stops a web
 * process for 40 ms; with 64 MB they die young (https://nodejs.org/api/cli.html#--max-semi-space-sizen).
 * One thread helps V8 collect, not four: several processes share the cores, and helpers that wait for
 * each other take a web process at its limit a fifth of them (https://nodejs.org/api/cli.html#--v8-pool-sizenum).
 * @param {string} root the project's folder
 * @returns {string[]}
 */
export function nodeFlags(root) {
  const preload = pathToFileURL(path.join(root, "app/start/end-with-parent.mjs")).href;
  return [
    "--disable-warning=ExperimentalWarning",
    "--max-semi-space-size=64",
    "--v8-pool-size=1",
    "--import",
    preload,
  ];
}
