import { describe, expect, it } from "vitest";
import { sampleTree } from "./sample-tree.ts";
import { runStep } from "./run-step.ts";

const root = sampleTree({
  "good.mjs": 'console.log("fine", process.argv[2], process.env.GREETING);',
  "bad.mjs": 'console.error("two problems"); process.exit(2);',
  "endless.mjs": "setInterval(() => undefined, 1000);",
});

describe("a step of the test run", () => {
  it("passes when its tool ends with exit code 0", async () => {
    const step = {
      name: "good",
      command: ["good.mjs", "now"] as const,
      env: { GREETING: "hello" },
    };
    const result = await runStep(root, step, "collect");
    expect(result).toMatchObject({ name: "good", passed: true, output: "fine now hello\n" });
  });

  it("fails with what the tool said otherwise", async () => {
    const result = await runStep(root, { name: "bad", command: ["bad.mjs"] }, "collect");
    expect(result).toMatchObject({ passed: false, output: "two problems\n" });
  });

  it("fails when the tool is not there", async () => {
    const result = await runStep(root, { name: "gone", command: ["gone.mjs"] }, "collect");
    expect(result.passed).toBe(false);
    expect(result.output).toContain("gone.mjs");
  });

  it("fails when it takes too long", async () => {
    const step = { name: "endless", command: ["endless.mjs"] as const, limitMs: 300 };
    const result = await runStep(root, step, "collect");
    expect(result).toMatchObject({ passed: false });
    expect(result.output).toContain("it took longer than");
  });
});
