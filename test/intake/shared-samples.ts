import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * Samples of real webhooks that may lie beside the repository. Tests of them are in addition to
 * those with bodies of their own, which is why they may be absent.
 */
const folder = path.resolve(import.meta.dirname, "../../../shared");

/** A body as Shopify sends it. */
export interface SampleBody {
  readonly file: string;
  readonly topic: string;
  readonly body: Buffer;
}

/** Every sample body, or none. */
export function sampleBodies(): SampleBody[] {
  const index = readSample("payloads/index.json") as { file: string; topic: string }[] | null;
  return (index ?? []).map(({ file, topic }) => ({
    file,
    topic,
    body: readFileSync(path.join(folder, "payloads", file)),
  }));
}

/** A signature and what it says it signs. */
export interface SignatureVector {
  readonly name: string;
  readonly secret: string;
  readonly body: Buffer;
  readonly signature: string;
  readonly valid: boolean;
}

interface RawVector {
  name: string;
  secret: string;
  body_utf8?: string;
  body_base64?: string;
  x_shopify_hmac_sha256: string;
  expect_valid: boolean;
}

/** Signature vectors from public test suites, or none. */
export function signatureVectors(): SignatureVector[] {
  const file = readSample("data/shopify-webhook-hmac.json") as {
    from_public_tests: RawVector[];
    derived_edge_cases: RawVector[];
  } | null;
  return [...(file?.from_public_tests ?? []), ...(file?.derived_edge_cases ?? [])].map((raw) => ({
    name: raw.name,
    secret: raw.secret,
    body:
      raw.body_base64 === undefined
        ? Buffer.from(raw.body_utf8 ?? "")
        : Buffer.from(raw.body_base64, "base64"),
    signature: raw.x_shopify_hmac_sha256,
    valid: raw.expect_valid,
  }));
}

/** The headers of one observed or documented delivery, spelled as they were. */
export interface HeaderSet {
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Header sets of both families, or none. */
export function headerSets(): HeaderSet[] {
  const sets = (readSample("data/delivery-header-sets.json") ?? []) as Partial<HeaderSet>[];
  return sets.flatMap(({ kind, headers }) => (kind && headers ? [{ kind, headers }] : []));
}

function readSample(name: string): unknown {
  const file = path.join(folder, name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as unknown) : null;
}
