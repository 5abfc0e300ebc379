import { describe, expect, it } from "vitest";
import { countTests, summaryLine } from "./count-tests.ts";

function reportOf(...files: [status: string, ...tests: string[]][]): string {
  return JSON.stringify({
    testResults: files.map(([status, ...tests]) => ({
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    })),
  });
}

describe("the count of a test run", () => {
  it("adds up the tests of all files", () => {
    const json = reportOf(
      ["passed", "passed", "passed"],
      ["failed", "failed", "passed", "pending"],
    );
    expect(countTests(json, false)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it.each([
    ["a file that could not be loaded", reportOf(["passed", "passed"], ["failed"]), false, 1],
    ["a file whose hook threw", reportOf(["failed", "passed"]), false, 1],
    ["an unhandled error beside passing tests", reportOf(["passed", "passed"]), false, 1],
    ["no report", undefined, false, 0],
    ["no report from a run that claims success", undefined, true, 0],
    ["a report cut short", '{"testResults": [', false, 0],
  ])("counts %s as one failure", (_case, json, succeeded, passed) => {
    expect(countTests(json, succeeded)).toEqual({ passed, failed: 1, skipped: 0 });
  });
});

describe("the last line", () => {
  it("names skipped tests only when there are any", () => {
    expect(summaryLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
    expect(summaryLine({ passed: 1, failed: 2, skipped: 3 })).toBe("1 passed, 2 failed, 3 skipped");
  });
});
