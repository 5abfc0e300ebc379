import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { findFreePort } from "#app/start/ports.ts";
import { type SupervisedProcess, superviseProcess } from "#app/start/supervised-process.ts";
import { endOf, firstLine, isAlive, startNode, temporaryFolder } from "./processes.ts";

async function supervise(fixture: string) {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}/`;
  const logFolder = await temporaryFolder();
  const shown: string[] = [];
  const running: SupervisedProcess = await superviseProcess(
    {
      name: "web",
      entry: `test/start/fixtures/${fixture}`,
      env: { ...process.env, PORT: String(port) },
      healthUrl: url,
    },
    {
      projectRoot,
      logFolder,
      show: (line) => shown.push(line),
      signal: new AbortController().signal,
    },
  );
  onTestFinished(() => running.stop(0));
  return { url, shown, running, logFile: path.join(logFolder, "web.log") };
}

const pidAt = async (url: string) => Number(await (await fetch(url)).text());

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error("it did not come true within 5 s");
}

test("starts a process that died again, and says so", async () => {
  const { url, shown } = await supervise("well-behaved.ts");
  const first = await pidAt(url);
  await fetch(`${url}crash`).catch(() => undefined);
  await until(async () => (await pidAt(url).catch(() => first)) !== first);
  expect(shown).toHaveLength(1);
  expect(shown[0]).toMatch(/^\[web\] ended with code 7; starting it again in 0\.5 s/);
});

test("shows warnings at the terminal and keeps everything in the log", async () => {
  const { url, shown, logFile } = await supervise("well-behaved.ts");
  await fetch(`${url}warn`);
  await until(() => shown.length > 0);
  expect(shown).toEqual(["[web] warn: something odd"]);
  expect(await readFile(logFile, "utf8")).toContain("quiet");
});

test("a process that cannot start fails with its own words", async () => {
  await expect(supervise("refuses-to-start.ts")).rejects.toThrow(
    'PORT must be a port from 1 to 65535, not "abc".',
  );
});

test("ends a process that does not want to", async () => {
  const { url, running } = await supervise("ignores-sigterm.ts");
  const pid = await pidAt(url);
  await running.stop(200);
  expect(isAlive(pid)).toBe(false);
});

test("a process does not outlive kill -9 of its supervisor", async () => {
  const port = await findFreePort();
  const script = path.join(import.meta.dirname, "fixtures/supervise.ts");
  const supervisor = startNode([script, projectRoot, await temporaryFolder(), String(port)]);
  const pid = Number(await firstLine(supervisor));
  expect(isAlive(pid)).toBe(true);
  supervisor.kill("SIGKILL");
  await endOf(supervisor);
  await until(() => !isAlive(pid));
});
