import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { tryLock } from "#app/start/file-lock.mjs";
import { findFreePort } from "#app/start/ports.ts";
import { runDemo } from "#app/start/run-demo.ts";
import { temporaryFolder } from "./processes.ts";

/** What `npm start` says when it cannot start. */
async function failure(env: Record<string, string>, folder: string): Promise<string> {
  const { signal } = new AbortController();
  const ports = {
    PORT: String(await findFreePort()),
    TWIN_PORT: String(await findFreePort()),
    DEMO_WAREHOUSE_PORT: String(await findFreePort()),
    DEMO_ERP_PORT: String(await findFreePort()),
  };
  const started = runDemo({ env: { ...ports, ...env }, folder, report: () => undefined, signal });
  return started.then(
    () => "started",
    (error: Error) => error.message,
  );
}

test("a wrong environment value is named before anything is started", async () => {
  const folder = await temporaryFolder();
  expect(await failure({ PORT: "abc" }, folder)).toMatch(/^PORT must be a port/);
  expect(await failure({ CONVERGE_ENCRYPTION_KEY: "short" }, folder)).toMatch(
    /^CONVERGE_ENCRYPTION_KEY has a wrong value: must be 32 bytes in base64/,
  );
  expect(await failure({ DATABASE_URL: "mysql://db" }, folder)).toMatch(
    /^DATABASE_URL has a wrong/,
  );
});

test("a busy port is named with its variable", async () => {
  const stranger = createServer().listen(0, "127.0.0.1");
  await once(stranger, "listening");
  onTestFinished(() => void stranger.close());
  const address = stranger.address();
  const port = typeof address === "object" && address ? address.port : 0;
  expect(await failure({ TWIN_PORT: String(port) }, await temporaryFolder())).toBe(
    `Port ${port} (the Shopify twin) is used by another program: stop that program, or set TWIN_PORT to a free port.`,
  );
});

test("a second start while one runs says so", async () => {
  const folder = await temporaryFolder();
  const running = tryLock(path.join(folder, "start.lock"));
  expect(await failure({}, folder)).toMatch(/^Converge is running already: open http:/);
  running?.release();
});

test("a database that does not answer is one sentence", async () => {
  const env = { DATABASE_URL: "postgresql://app:hidden@127.0.0.1:1/converge" };
  expect(await failure(env, await temporaryFolder())).toMatch(
    /^The database app@127\.0\.0\.1:1\/converge cannot be reached .*: check DATABASE_URL/,
  );
});
