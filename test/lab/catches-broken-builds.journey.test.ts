import { expect, it } from "vitest";
import { createRig } from "#test/worker/rig.ts";
import { type BreakageName, makeBrokenBuild } from "./broken-build.ts";
import { runScenario } from "./run-scenario.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import type { Verdict } from "./verdict.ts";

/** A lab that lets a broken build pass proves nothing about the others. */

const size = { single: 60, busy: 10, changesPerBusy: 12 };

async function playBroken(name: BreakageName, scenario: string): Promise<Verdict> {
  const root = await makeBrokenBuild(name);
  const played = scenarios[scenario] as Scenario;
  return runScenario(await createRig(), { ...played, size }, 7, { root });
}

it("without dedupe is caught: what comes six times is there six times", async () => {
  const verdict = await playBroken("dedupe", "duplicates");
  expect(verdict.appliedTwice).toBeGreaterThan(0);
  expect(verdict.passed).toBe(false);
}, 120_000);

it("without the version check is caught: the last to come wins", async () => {
  const verdict = await playBroken("version-check", "reordering");
  expect(verdict.converged).toBe(false);
  expect(verdict.passed).toBe(false);
}, 120_000);

it("that answers before it commits is caught: what was answered is gone", async () => {
  const verdict = await playBroken("ack-before-commit", "web-killed");
  expect(verdict.lost).toBeGreaterThan(0);
  expect(verdict.passed).toBe(false);
}, 120_000);
