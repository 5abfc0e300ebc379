import { format } from "node:util";
import { afterAll, afterEach, beforeEach } from "vitest";

/**
 * Fails a test that writes to console.error: React warnings, library complaints and forgotten
 * debug lines are defects. A test that expects such a line replaces it with
 * `vi.spyOn(console, "error").mockImplementation(...)` and checks what it was given.
 */
const original = console.error;
let seen: string[] = [];

console.error = (...parts: unknown[]) => {
  seen.push(format(...parts));
  original(...parts);
};

function failWhenSomethingWasWritten(): void {
  const lines = seen;
  seen = [];
  if (lines.length > 0) {
    throw new Error(`unexpected console.error (${lines.length}x): ${lines.join("\n")}`);
  }
}

beforeEach(() => {
  seen = [];
});
afterEach(failWhenSomethingWasWritten);
afterAll(failWhenSomethingWasWritten);
