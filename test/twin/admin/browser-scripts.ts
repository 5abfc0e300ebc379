import { fileURLToPath } from "node:url";
import { build } from "vite";

/** The scripts the twin serves, by the name in their address. */
const ENTRIES = {
  "app-bridge": "./browser/app-bridge/main.ts",
  shell: "./browser/shell/main.ts",
  control: "./browser/control/main.ts",
  menu: "./browser/menu/main.ts",
} as const;

export type BrowserScript = keyof typeof ENTRIES;

const built = new Map<BrowserScript, Promise<string>>();

/**
 * One of the scripts as a classic script, bundled from its TypeScript on first use (some 200 ms).
 * Rejects when the bundler does; a later call tries again.
 */
export function browserScript(name: BrowserScript): Promise<string> {
  const known = built.get(name);
  if (known) return known;
  const bundling = bundle(ENTRIES[name]);
  built.set(name, bundling);
  bundling.catch(() => built.delete(name));
  return bundling;
}

async function bundle(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      target: "es2022",
      modulePreload: false,
      rollupOptions: {
        input: fileURLToPath(new URL(entry, import.meta.url)),
        output: { format: "iife" },
      },
    },
  });
  const outputs = [result].flat().flatMap((part) => ("output" in part ? part.output : []));
  const script = outputs.find((output) => output.type === "chunk");
  if (!script) throw new Error(`bundling ${entry} gave no script`);
  return script.code;
}
