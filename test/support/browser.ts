import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const systemBrowsers = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** A window's size in CSS pixels. */
export interface WindowSize {
  width: number;
  height: number;
}

/**
 * A browser that needs nothing but the installed packages: the one named in CHROMIUM_PATH, else
 * the system's (unless CHROMIUM_BUNDLED is set), else the copy inside @sparticuz/chromium. It
 * resolves no name but loopback addresses.
 */
export async function launchBrowser(): Promise<Browser> {
  const system = process.env["CHROMIUM_BUNDLED"] ? undefined : systemBrowsers.find(existsSync);
  const chosen = process.env["CHROMIUM_PATH"] ?? system;
  const which = chosen ? { executablePath: chosen } : await bundledBrowser();
  return await chromium.launch({
    ...which,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

/** A new person at a browser: no cookies, and not recognised as a bot (Shopify's library refuses them). */
export async function newVisitor(
  browser: Browser,
  viewport: WindowSize = { width: 1280, height: 900 },
): Promise<Page> {
  const major = browser.version().split(".")[0] ?? "150";
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
  const context = await browser.newContext({ viewport, userAgent });
  return await context.newPage();
}

/**
 * Unpacks the packaged browser once per version, with the shared libraries and fonts it carries
 * for machines that have none. Test processes that come at the same time unpack beside each other
 * and the first one to finish wins.
 */
async function bundledBrowser() {
  const manifest = join(root, "node_modules/@sparticuz/chromium/package.json");
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  const cache = join(root, "node_modules/.cache");
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true });
    const draft = await mkdtemp(join(cache, "chromium-draft-"));
    await unpackInto(draft);
    await writeFile(join(draft, "fonts.conf"), fontConfiguration(folder));
    await rename(draft, folder).catch(async (error: unknown) => {
      await rm(draft, { recursive: true });
      if (!existsSync(folder)) throw error;
    });
  }
  const libraries = [join(folder, "al2023/lib"), process.env["LD_LIBRARY_PATH"]];
  const env = {
    ...environment(),
    LD_LIBRARY_PATH: libraries.filter(Boolean).join(":"),
    FONTCONFIG_FILE: join(folder, "fonts.conf"),
  };
  return { executablePath: join(folder, "chromium"), env };
}

/** In a process of its own: the package takes its folder and its mode from the environment. */
async function unpackInto(folder: string): Promise<void> {
  const program =
    'const { default: pack } = await import("@sparticuz/chromium"); await pack.executablePath();';
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    env: { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: "nodejs22.x" },
  });
}

/**
 * The package's own file looks for fonts in /tmp/fonts only, and the browser dies at the first
 * text field when there is no font at all. The system's fonts come first where there are any.
 */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
</fontconfig>
`;
}

function environment(): Record<string, string> {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => !!entry[1]));
}
