import { readdirSync, readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { flowPayload, flowTriggers } from "#app/alerts/flow-triggers.ts";

/** What Shopify's CLI takes. https://shopify.dev/docs/apps/build/flow/triggers */
const triggerFile = z.strictObject({
  extensions: z.tuple([
    z.strictObject({
      name: z.string().min(1).max(50),
      handle: z.string().regex(/^[a-z0-9-]{1,30}$/),
      type: z.literal("flow_trigger"),
      description: z.string().min(1),
    }),
  ]),
  settings: z.strictObject({
    fields: z.array(
      z.strictObject({
        type: z.enum(["boolean", "email", "single_line_text_field", "url", "number_decimal"]),
        key: z.string().regex(/^[a-zA-Z\s]+$/),
      }),
    ),
  }),
});

const longText = "x".repeat(100_000);
const payload = flowPayload(
  {
    id: "1",
    summary: longText,
    advice: longText,
    severity: "critical",
    domain: null,
    openedAt: "2026-11-26T10:00:00.000Z",
  },
  "https://north.myshopify.com/admin/apps/key/app/freshness",
);

describe("the triggers of Shopify Flow", () => {
  it("each have a file, and each file is sent", () => {
    const files = readdirSync("extensions").filter((name) => !name.startsWith("."));
    expect(files.sort()).toEqual(flowTriggers.map(({ handle }) => handle).sort());
  });

  it.each(flowTriggers.map(({ handle }) => handle))(
    "%s carries what its file declares",
    (handle) => {
      const text = readFileSync(`extensions/${handle}/shopify.extension.toml`, "utf8");
      const file = triggerFile.parse(parse(text));
      expect(file.extensions[0].handle).toBe(handle);
      expect(file.settings.fields.map(({ key }) => key).sort()).toEqual(
        Object.keys(payload).sort(),
      );
      const link = file.settings.fields.find(({ type }) => type === "url");
      expect(payload[link?.key ?? ""]).toMatch(/^https:/);
    },
  );

  it("stay below 50 KB, whatever an alert says", () => {
    expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThan(50_000);
  });
});
