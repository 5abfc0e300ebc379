import { expect, test } from "vitest";
import { findFreePort } from "#app/start/ports.ts";
import { runDev } from "#app/start/run-dev.ts";
import { testDatabase } from "#test/support/database.ts";
import { temporaryFolder } from "./processes.ts";

const fromCli = {
  HOST: "https://some-tunnel.trycloudflare.com",
  SHOPIFY_API_KEY: "key-of-the-app",
  SHOPIFY_API_SECRET: "secret-of-the-app",
  SCOPES: "read_products",
};

test("what the Shopify CLI says is enough: the app is ready on its port, and ends when told", async () => {
  const database = await testDatabase();
  const port = String(await findFreePort());
  const stop = new AbortController();
  const lines: string[] = [];
  const ended = runDev({
    env: { ...process.env, ...fromCli, PORT: port, DATABASE_URL: database.url },
    folder: await temporaryFolder(),
    report: (line) => void lines.push(line),
    signal: stop.signal,
  });
  await Promise.race([
    ended,
    expect.poll(() => lines.at(-1), { timeout: 110_000 }).toBe(`Ready on port ${port}.`),
  ]);
  const unsigned = await fetch(`http://127.0.0.1:${port}/webhooks`, { method: "POST", body: "{}" });
  expect(unsigned.status).toBe(401);
  stop.abort();
  await ended;
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  await database.close();
}, 120_000);

test("without the CLI it says what is missing", async () => {
  const started = runDev({
    env: {},
    folder: await temporaryFolder(),
    report: () => undefined,
    signal: new AbortController().signal,
  });
  await expect(started).rejects.toThrow(/SHOPIFY_API_KEY is not set/);
});
