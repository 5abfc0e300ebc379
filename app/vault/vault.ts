import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

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
const asItIs = 1;
const compressed = 2;
const keyIdBytes = 4;
const ivBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + keyIdBytes + ivBytes;

/**
 * Sealed bytes do not compress, so what is worth it is compressed before: Shopify's larger bodies
 * shrink to a quarter, which the disk, the log of the database and every backup feel. Secrets are
 * far below this size; their length stays as it is.
 */
const compressFromBytes = 4 * 1024;
/** The usual window of 4 MB costs more to set up than a body of 20 KB to compress. */
const fastest = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 16 },
};

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit IV per value.
 * Layout: format (1) | key id (4) | IV (12) | ciphertext | tag (16).
 * The key id is the start of the key's SHA-256, so that several keys can live side by side while
 * one is rotated: the first seals, all of them open.
 */
export function createVault(keys: readonly [Buffer, ...Buffer[]]): Vault {
  const byId = new Map(keys.map((key) => [keyIdOf(key).toString("hex"), key]));
  const [sealingKey] = keys;
  const sealingKeyId = keyIdOf(sealingKey);
  const nextIv = createIvSource();
  return {
    seal(plain, purpose) {
      const { format, bytes } = pack(typeof plain === "string" ? Buffer.from(plain) : plain);
      const iv = nextIv();
      const cipher = createCipheriv(algorithm, sealingKey, iv);
      cipher.setAAD(boundTo(purpose, format));
      const sealed = Buffer.allocUnsafe(headerBytes + bytes.length + tagBytes);
      sealed[0] = format;
      sealingKeyId.copy(sealed, 1);
      iv.copy(sealed, 1 + keyIdBytes);
      // As long as what it stands for, with nothing left for the end: GCM is a stream cipher.
      cipher.update(bytes).copy(sealed, headerBytes);
      cipher.final();
      cipher.getAuthTag().copy(sealed, headerBytes + bytes.length);
      return sealed;
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      const format = bytes[0];
      if (bytes.length < headerBytes + tagBytes || (format !== asItIs && format !== compressed))
        throw new VaultError("The sealed value is not in a known format.");
      const key = byId.get(bytes.subarray(1, 1 + keyIdBytes).toString("hex"));
      if (!key) throw new VaultError("The value was sealed with a key that is not configured.");
      const decipher = createDecipheriv(
        algorithm,
        key,
        bytes.subarray(1 + keyIdBytes, headerBytes),
      );
      decipher.setAAD(boundTo(purpose, format));
      decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
      try {
        const start = decipher.update(bytes.subarray(headerBytes, bytes.length - tagBytes));
        const body = Buffer.concat([start, decipher.final()]);
        return format === compressed ? brotliDecompressSync(body) : body;
      } catch (cause) {
        throw new VaultError("The sealed value was changed or sealed for another purpose.", {
          cause,
        });
      }
    },
  };
}

/** Random IVs, drawn many at a time: the system call costs more than the encryption. None is used twice. */
function createIvSource(): () => Buffer {
  let pool = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at === pool.length) {
      pool = randomBytes(ivBytes * 256);
      at = 0;
    }
    at += ivBytes;
    return pool.subarray(at - ivBytes, at);
  };
}

function pack(plain: Buffer): { format: number; bytes: Buffer } {
  if (plain.length >= compressFromBytes) {
    const bytes = brotliCompressSync(plain, fastest);
    if (bytes.length < plain.length) return { format: compressed, bytes };
  }
  return { format: asItIs, bytes: plain };
}

/** What a value is authenticated with: its purpose, and its format, so that neither can be swapped. */
function boundTo(purpose: string, format: number): Buffer {
  return Buffer.from(format === asItIs ? purpose : `${purpose}\n${String(format)}`);
}

function keyIdOf(key: Buffer): Buffer {
  return createHash("sha256").update(key).digest().subarray(0, keyIdBytes);
}
