import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "#app/config.server.ts";
import { loadDemoSettings } from "#app/start/demo-settings.ts";
import { temporaryFolder } from "./processes.ts";

test("makes up secrets once, keeps them to the owner, and they are valid", async () => {
  const folder = await temporaryFolder();
  const first = await loadDemoSettings({}, folder);
  const second = await loadDemoSettings({}, folder);
  expect(second).toEqual(first);
  expect((await stat(path.join(folder, "demo.json"))).mode & 0o777).toBe(0o600);
  const config = loadConfig(first.env);
  expect(config.shopify.twinUrl).toBe("http://127.0.0.1:4000");
  expect(config.allowPrivateDestinations).toBe(true);
});

test("the environment wins over made-up secrets, an empty value does not", async () => {
  const folder = await temporaryFolder();
  const env = { SHOPIFY_API_KEY: "mine", SHOPIFY_API_SECRET: "", PORT: "", TWIN_PORT: "4444" };
  const settings = await loadDemoSettings(env, folder);
  expect(settings.env.SHOPIFY_API_KEY).toBe("mine");
  expect(settings.env.SHOPIFY_API_SECRET).toMatch(/^shpss_/);
  expect(settings.twinUrl).toBe("http://127.0.0.1:4444");
  expect(settings.appUrl).toBe("http://127.0.0.1:3000");
});

test.each(["abc", "0", "70000", "1.5"])("DEMO_ERP_PORT=%s is refused by name", async (value) => {
  const settings = loadDemoSettings({ DEMO_ERP_PORT: value }, await temporaryFolder());
  await expect(settings).rejects.toThrow(
    `DEMO_ERP_PORT must be a port from 1 to 65535, not "${value}".`,
  );
});

test("a damaged file is not replaced in silence: it holds the key to what is stored", async () => {
  const folder = await temporaryFolder();
  await loadDemoSettings({}, folder);
  const file = path.join(folder, "demo.json");
  await writeFile(file, "{");
  await expect(loadDemoSettings({}, folder)).rejects.toThrow(`${file} is damaged`);
  expect(await readFile(file, "utf8")).toBe("{");
});
