import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVault } from "#app/vault/index.server.ts";
import { VaultError } from "#app/vault/vault.ts";

const oldKey = Buffer.alloc(32, 1);
const newKey = Buffer.alloc(32, 2);
const vault = createVault([oldKey]);

/** A webhook's body that is worth compressing. */
const longJson = JSON.stringify(
  Array.from({ length: 200 }, (_unused, id) => ({ id, title: "A mug, handmade", price: "12.00" })),
);

describe("what was sealed", () => {
  it("opens again, whatever it was", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 10_000, size: "max" }),
        fc.string(),
        (plain, purpose) => {
          const sealed = vault.seal(Buffer.from(plain), purpose);
          expect(vault.open(sealed, purpose).equals(plain)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([0, 1, 4_095, 4_096, 4_097, 1_000_000])("opens again, were it %i bytes", (length) => {
    const plain = randomBytes(length);
    expect(vault.open(vault.seal(plain, "body"), "body").equals(plain)).toBe(true);
    const even = Buffer.alloc(length, "a");
    expect(vault.open(vault.seal(even, "body"), "body").equals(even)).toBe(true);
  });

  it("opens from a view into a larger buffer, as Postgres's driver hands it over", () => {
    const sealed = vault.seal("secret", "token");
    const larger = Buffer.concat([Buffer.alloc(7), sealed, Buffer.alloc(9)]);
    const view = new Uint8Array(larger.buffer, larger.byteOffset + 7, sealed.length);
    expect(vault.open(view, "token").toString()).toBe("secret");
  });

  it("shows nothing of what it holds, but long JSON takes less room than it would", () => {
    expect(vault.seal("shpat_secret", "token").includes("secret")).toBe(false);
    const sealed = vault.seal(longJson, "body");
    expect(sealed.includes("handmade")).toBe(false);
    expect(sealed.length).toBeLessThan(longJson.length / 3);
    expect(vault.open(sealed, "body").toString()).toBe(longJson);
  });

  it("keeps the length of a secret, so that its size says nothing of its content", () => {
    const lengthOf = (text: string) => vault.seal(text, "token").length;
    expect(lengthOf("a".repeat(1_000))).toBe(lengthOf(randomBytes(500).toString("hex")));
  });

  it("never has the IV of another, nor looks like one", () => {
    const count = 50_000;
    const ivs = new Set<string>();
    for (let made = 0; made < count; made++)
      ivs.add(vault.seal("same", "same").toString("latin1", 5, 17));
    expect(ivs.size).toBe(count);
  });
});

describe("a sealed value", () => {
  it.each([
    ["short", "a token"],
    ["compressed", longJson],
  ])("that is %s does not open with any one bit changed", (_case, plain) => {
    const sealed = vault.seal(plain, "body");
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(() => vault.open(changed, "body"), `byte ${String(at)}`).toThrow(VaultError);
    }
  });

  it("does not open cut short or drawn out, from nothing to one byte more", () => {
    const sealed = vault.seal("a token", "token");
    for (let length = 0; length < sealed.length; length++)
      expect(() => vault.open(sealed.subarray(0, length), "token")).toThrow(VaultError);
    expect(() => vault.open(Buffer.concat([sealed, Buffer.of(0)]), "token")).toThrow(VaultError);
  });

  it("does not open for another purpose, compressed or not", () => {
    for (const plain of ["a token", longJson]) {
      const sealed = vault.seal(plain, "event-body:1");
      for (const purpose of ["event-body:2", "", "event-body:1\n2", "event-body:1 "])
        expect(() => vault.open(sealed, purpose)).toThrow("sealed for another purpose");
    }
  });

  it("cannot have its format swapped by giving the purpose the other format's ending", () => {
    const sealed = vault.seal("a token", "body\n2");
    sealed[0] = 2;
    expect(() => vault.open(sealed, "body")).toThrow(VaultError);
  });

  it("does not open with another key, and says why", () => {
    const sealed = vault.seal("a token", "token");
    expect(() => createVault([newKey]).open(sealed, "token")).toThrow(
      new VaultError("The value was sealed with a key that is not configured."),
    );
  });

  it("of any bytes at all is refused with a VaultError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const known = Buffer.concat([vault.seal("", "x").subarray(0, 5), bytes]);
        for (const sealed of [bytes, known])
          expect(() => vault.open(sealed, "x")).toThrow(VaultError);
      }),
    );
  });
});

describe("while a key is being rotated", () => {
  const rotating = createVault([newKey, oldKey]);

  it("what the old key sealed still opens", () => {
    const sealed = vault.seal("a token", "token");
    expect(rotating.open(sealed, "token").toString()).toBe("a token");
  });

  it("the new key seals: without it nothing new opens, without the old one it does", () => {
    const sealed = rotating.seal("a token", "token");
    expect(createVault([newKey]).open(sealed, "token").toString()).toBe("a token");
    expect(() => vault.open(sealed, "token")).toThrow("not configured");
  });
});
