import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { openPayload, sealPayload } from "#app/queue/seal-payload.ts";
import { jobs } from "#app/jobs.ts";
import { createVault } from "#app/vault/index.server.ts";

const vault = createVault([randomBytes(32)]);
const write = { shop: "north.myshopify.com", set: { email: "ada@example.com", note: null } };

it("a waiting write does not show what it writes, and is whole again when it is worked on", () => {
  const stored = sealPayload(vault, "write-back", jobs["write-back"], write);
  expect(JSON.stringify(stored)).not.toContain("ada@example.com");
  expect(stored).toMatchObject({ shop: "north.myshopify.com" });
  expect(openPayload(vault, "write-back", jobs["write-back"], stored)).toEqual(write);
});

it("a sealed field of one job cannot pass for that of another", () => {
  const stored = sealPayload(vault, "write-back", jobs["write-back"], write);
  expect(() => openPayload(vault, "write-stock", jobs["write-stock"], stored)).toThrow(
    "another purpose",
  );
});

it("a job that was stored before it was sealed is still worked off", () => {
  expect(openPayload(vault, "write-back", jobs["write-back"], write)).toEqual(write);
});

it("jobs that tell of nobody stay readable", () => {
  const payload = { shop: "north.myshopify.com" };
  expect(sealPayload(vault, "learn-shop", jobs["learn-shop"], payload)).toBe(payload);
});
