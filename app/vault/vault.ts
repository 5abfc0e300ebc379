import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/** A sealed value that cannot be opened: wrong key, wrong purpose, or damaged. */
export class VaultError extends Error {
  override readonly name = "VaultError";
}

/** Seals and opens small secrets and bodies. `purpose` is bound to the value: a sealed token cannot pass for a sealed body. */
export interface Vault {
  seal(plain: Buffer | string, purpose: string): Buffer;
  open(sealed: Uint8Array, purpose: string): Buffer;
}

const algorithm = "aes-256-gcm";
const formatVersion = 1;
const keyIdBytes = 4;
const ivBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + keyIdBytes + ivBytes;

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit IV per value.
 * Layout: version (1) | key id (4) | IV (12) | ciphertext | tag (16).
 * The key id is the start of the key's SHA-256, so that several keys can live side by side while
 * one is rotated: the first seals, all of them open.
 */
export function createVault(keys: readonly [Buffer, ...Buffer[]]): Vault {
  const byId = new Map(keys.map((key) => [keyIdOf(key).toString("hex"), key]));
  const [sealingKey] = keys;
  const sealingKeyId = keyIdOf(sealingKey);
  return {
    seal(plain, purpose) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, sealingKey, iv);
      cipher.setAAD(Buffer.from(purpose));
      const body = typeof plain === "string" ? cipher.update(plain, "utf8") : cipher.update(plain);
      const rest = cipher.final();
      return Buffer.concat([
        Buffer.of(formatVersion),
        sealingKeyId,
        iv,
        body,
        rest,
        cipher.getAuthTag(),
      ]);
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      if (bytes.length < headerBytes + tagBytes || bytes[0] !== formatVersion)
        throw new VaultError("The sealed value is not in a known format.");
      const key = byId.get(bytes.subarray(1, 1 + keyIdBytes).toString("hex"));
      if (!key) throw new VaultError("The value was sealed with a key that is not configured.");
      const decipher = createDecipheriv(
        algorithm,
        key,
        bytes.subarray(1 + keyIdBytes, headerBytes),
      );
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
      try {
        const body = decipher.update(bytes.subarray(headerBytes, bytes.length - tagBytes));
        return Buffer.concat([body, decipher.final()]);
      } catch (cause) {
        throw new VaultError("The sealed value was changed or sealed for another purpose.", {
          cause,
        });
      }
    },
  };
}

function keyIdOf(key: Buffer): Buffer {
  return createHash("sha256").update(key).digest().subarray(0, keyIdBytes);
}
