import { readFileSync } from "node:fs";
import { generate } from "@graphql-codegen/cli";
import { expect, test } from "vitest";
import config from "../../codegen.ts";

test("the committed operations are what the codegen makes of the documents and the schema", async () => {
  const files = (await generate({ ...config, silent: true }, false)) as {
    filename: string;
    content: string;
  }[];
  expect(files).toHaveLength(1);
  for (const { filename, content } of files) expect(readFileSync(filename, "utf8")).toBe(content);
});
