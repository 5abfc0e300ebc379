import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { FAULT_PROFILE } from "#test/twin/faults/fault-profile.ts";
import { FAULT_NAMES } from "#test/twin/faults/fault-table.ts";

const here = import.meta.dirname;
const tests = readdirSync(here)
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => readFileSync(path.join(here, name), "utf8"))
  .join("\n");

/** What people reported of Shopify, beside the project where it is worked on. */
const reported = path.resolve(here, "../../../shared/data/shopify-fault-profile.json");

describe("the table of faults", () => {
  it.each(FAULT_NAMES)("%s is set in a test", (name) => {
    expect(tests).toMatch(new RegExp(`\\b${name}: ?(\\d|true)`));
  });

  it.skipIf(!existsSync(reported))("has every fault that was reported, once", () => {
    const { faults } = JSON.parse(readFileSync(reported, "utf8")) as { faults: { id: string }[] };
    expect(FAULT_PROFILE.map(({ id }) => id).toSorted()).toEqual(
      faults.map(({ id }) => id).toSorted(),
    );
  });
});
