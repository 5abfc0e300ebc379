/** What seals and opens: the vault, as far as the queue needs it. */
export interface Sealer {
  seal(plain: string, purpose: string): Buffer;
  open(sealed: Uint8Array, purpose: string): Buffer;
}

/** The part of a job's definition that is asked here. */
interface Definition {
  readonly sealed?: readonly string[];
}

/** A payload as it is stored: the fields its definition names are sealed, each bound to its job's name. */
export function sealPayload(
  sealer: Sealer,
  name: string,
  definition: Definition,
  payload: object,
): object {
  if (definition.sealed === undefined) return payload;
  const stored: Record<string, unknown> = { ...payload };
  for (const field of definition.sealed) {
    if (stored[field] === undefined) continue;
    const sealed = sealer.seal(JSON.stringify(stored[field]), purposeOf(name, field));
    stored[field] = { sealed: sealed.toString("base64") };
  }
  return stored;
}

/**
 * The payload that was stored. A field that is not sealed passes as it is: jobs of an older release
 * are still worked off. Throws a `VaultError` when the key is not configured any more.
 */
export function openPayload(
  sealer: Sealer,
  name: string,
  definition: Definition,
  stored: unknown,
): unknown {
  if (definition.sealed === undefined || typeof stored !== "object" || stored === null)
    return stored;
  const payload: Record<string, unknown> = { ...stored };
  for (const field of definition.sealed) {
    const sealed = sealedText(payload[field]);
    if (sealed === undefined) continue;
    const plain = sealer.open(Buffer.from(sealed, "base64"), purposeOf(name, field));
    payload[field] = JSON.parse(plain.toString("utf8"));
  }
  return payload;
}

function sealedText(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("sealed" in value)) return undefined;
  return typeof value.sealed === "string" && Object.keys(value).length === 1
    ? value.sealed
    : undefined;
}

function purposeOf(name: string, field: string): string {
  return `job ${name} ${field}`;
}
