import type { IncomingMessage } from "node:http";

/** The largest body a demo system takes. */
export const MAX_BODY_BYTES = 1024 * 1024;

/**
 * The raw bytes of a request, or undefined when there are more than `MAX_BODY_BYTES`. The rest of
 * a body that is too large is read and thrown away, so that the sender gets to see the answer.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

/** The value a body holds as JSON, or undefined when it is not JSON. */
export function parseJson(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString("utf8")) as unknown };
  } catch {
    return undefined;
  }
}
