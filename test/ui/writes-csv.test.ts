import { expect, it } from "vitest";
import { toCsv } from "#app/ui/format/csv.ts";

it("writes a table that spreadsheets read as it was meant", () => {
  const text = toCsv([
    ["Record", "Count", null],
    ['Mug, "blue"', -3, "two\nlines"],
    ["=HYPERLINK(1)", 0, "-1+2"],
  ]);
  expect(text).toBe(
    '\ufeffRecord,Count,\r\n"Mug, ""blue""",-3,"two\nlines"\r\n\'=HYPERLINK(1),0,\'-1+2\r\n',
  );
});
