import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifySignature } from "#app/intake/verify-signature.ts";
import { readWebhookHeaders } from "#app/intake/webhook-headers.ts";
import { type SignatureVector, signatureVectors } from "./shared-samples.ts";

const body = Buffer.from('{"id":820982911946154508}');
const sign = (bytes: Uint8Array, secret = "current") =>
  createHmac("sha256", secret).update(bytes).digest("base64");
const secrets = ["current", "previous"];

describe("a signature", () => {
  it.each(secrets)("made with the %s secret is valid", (secret) => {
    expect(verifySignature(body, sign(body, secret), secrets)).toBe("valid");
  });

  it("made with a secret that is no longer accepted is wrong", () => {
    expect(verifySignature(body, sign(body, "previous"), ["current"])).toBe("wrong");
  });

  it.each([undefined, ""])("that is %j is missing", (signature) => {
    expect(verifySignature(body, signature, secrets)).toBe("missing");
  });

  it.each([
    ["hex", createHmac("sha256", "current").update(body).digest("hex")],
    ["base64url without padding", sign(body).replace(/=$/, "")],
    ["cut short", sign(body).slice(0, 20)],
    ["longer than a hash", `${sign(body)}AAAA`],
    ["with a line break at its end", `${sign(body)}\n`],
    ["of 8 KB", "A".repeat(8_000)],
    ["in another alphabet", "é".repeat(43).concat("=")],
  ])("that is %s is malformed", (_case, signature) => {
    expect(verifySignature(body, signature, secrets)).toBe("malformed");
  });

  it("over other bytes is wrong, were it one bit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (bytes, at) => {
        const signature = sign(bytes);
        expect(verifySignature(Buffer.from(bytes), signature, secrets)).toBe("valid");
        const changed = Buffer.from(bytes);
        const index = at % changed.length;
        changed[index] = (changed[index] ?? 0) ^ (1 << (at % 8));
        expect(verifySignature(changed, signature, secrets)).toBe("wrong");
      }),
      { numRuns: 200 },
    );
  });

  it("is never valid without a secret", () => {
    expect(verifySignature(body, sign(body, ""), [])).toBe("wrong");
  });
});

/** Vectors that other layers decide: bodies that say nothing, and cookies, which have a key of their own. */
const elsewhere = new Set(["empty body", "cookie-signature replay must fail"]);
const vectors = signatureVectors().filter((vector) => !elsewhere.has(vector.name));

describe.skipIf(vectors.length === 0)("a vector from public test suites", () => {
  it.each(vectors.map((vector): [string, SignatureVector] => [vector.name, vector]))(
    "holds: %s",
    (_name, vector) => {
      const { signature } = readWebhookHeaders({ "x-shopify-hmac-sha256": vector.signature });
      const verdict = verifySignature(vector.body, signature, [vector.secret]);
      expect(verdict === "valid").toBe(vector.valid);
    },
  );
});
