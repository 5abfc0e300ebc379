import { z } from "zod";

/** How many passed, failed, and were skipped. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const report = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/**
 * Counts the tests of a vitest JSON report. A file that failed without a failed test of its own (it
 * could not be loaded, a hook threw) counts as one failure, and so does a run that failed although
 * no test did (an unhandled error, no report at all): nothing that went wrong may count as passed.
 * @param json the report, or undefined when there is none
 * @param succeeded whether vitest ended with exit code 0
 */
export function countTests(json: string | undefined, succeeded: boolean): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const parsed = report.safeParse(json === undefined ? undefined : parseJson(json));
  for (const file of parsed.data?.testResults ?? []) {
    const statuses = file.assertionResults.map((test) => test.status);
    const failed = statuses.filter((status) => status === "failed").length;
    const passed = statuses.filter((status) => status === "passed").length;
    counts.passed += passed;
    counts.failed += file.status === "failed" ? Math.max(failed, 1) : failed;
    counts.skipped += statuses.length - passed - failed;
  }
  if (counts.failed === 0 && (!succeeded || !parsed.success)) counts.failed = 1;
  return counts;
}

/** The last line of a test run, which other programs read. */
export function summaryLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Cut off when vitest was killed: reported as a failed run.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
