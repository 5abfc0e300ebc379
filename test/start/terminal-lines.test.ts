import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLogFile } from "#app/start/log-file.ts";
import { warningsOnly } from "#app/start/terminal-lines.ts";

test("shows warnings and errors by their message, and text only from stderr", () => {
  const lines = warningsOnly("web", "web.log", () => 0);
  expect(lines.show('{"level":"info","msg":"hello"}', "stdout")).toBeUndefined();
  expect(lines.show('{"level":"warn","msg":"odd"}', "stdout")).toBe("[web] warn: odd");
  expect(
    lines.show('{"level":"error","msg":"failed","err":{"message":"no route"}}', "stdout"),
  ).toBe("[web] error: failed: no route");
  expect(lines.show("listening", "stdout")).toBeUndefined();
  expect(lines.show("Port 3000 is taken.", "stderr")).toBe("[web] Port 3000 is taken.");
  expect(lines.show("{ not json", "stderr")).toBe("[web] { not json");
  expect(lines.show("  ", "stderr")).toBeUndefined();
});

test("cuts a flood and points to the log, then listens again", () => {
  let nowMs = 0;
  const lines = warningsOnly("worker", "worker.log", () => nowMs);
  const shown = Array.from({ length: 100 }, () => lines.show("no database", "stderr"));
  expect(shown.filter((line) => line !== undefined)).toHaveLength(10);
  expect(shown[9]).toBe("[worker] no database (more in worker.log)");
  nowMs = 10_001;
  expect(lines.show("no database", "stderr")).toBe("[worker] no database");
});

test("a log grows to its limit, then keeps one older part", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "converge-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "logs", "web.log");
  const log = openLogFile(file, 10);
  for (const text of ["aaaaa\n", "bbbbb\n", "ccccc\n"]) log.write(text);
  log.close();
  expect(readFileSync(`${file}.1`, "utf8")).toBe("aaaaa\nbbbbb\n");
  expect(readFileSync(file, "utf8")).toBe("ccccc\n");
});
