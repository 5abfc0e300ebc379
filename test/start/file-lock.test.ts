import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { tryLock, waitForLock } from "#app/start/file-lock.mjs";
import { endOf, firstLine, startNode, temporaryFolder } from "./processes.ts";

const holdLock = path.join(import.meta.dirname, "fixtures/hold-lock.ts");
const lockIn = async () => path.join(await temporaryFolder(), "nested", "a.lock");

test("only one holds it, the next takes it after release", async () => {
  const file = await lockIn();
  const held = tryLock(file);
  expect(held).toBeDefined();
  expect(tryLock(file)).toBeUndefined();
  let waited = 0;
  const next = waitForLock(file, () => {
    waited += 1;
    held?.release();
  });
  (await next).release();
  expect(waited).toBe(1);
});

test("is taken over from a process that was killed", async () => {
  const file = await lockIn();
  const holder = startNode([holdLock, file]);
  expect(await firstLine(holder)).toBe("held");
  expect(tryLock(file)).toBeUndefined();
  holder.kill("SIGKILL");
  await endOf(holder);
  expect(tryLock(file)).toBeDefined();
});

test("is taken over when its process id now belongs to another program", async () => {
  const file = await lockIn();
  tryLock(file)?.release();
  await writeFile(file, JSON.stringify({ pid: process.ppid, born: "long ago" }));
  expect(tryLock(file)).toBeDefined();
});

test("a lock that was just created and not filled yet is believed", async () => {
  const file = await lockIn();
  tryLock(file)?.release();
  await writeFile(file, "");
  expect(tryLock(file)).toBeUndefined();
});
