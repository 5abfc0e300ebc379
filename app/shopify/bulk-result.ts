/** A result file cannot be had. */
export class BulkResultError extends Error {
  override readonly name = "BulkResultError";
  /** Its address no longer works: only a new operation helps. */
  readonly gone: boolean;

  constructor(message: string, gone: boolean, options?: ErrorOptions) {
    super(message, options);
    this.gone = gone;
  }
}

/** The longest wait for the next piece of a file. */
const patienceMs = 30_000;

/**
 * The bytes of a file from an offset on. What a server sends that ignores the range is skipped up to
 * there. A connection that ends early ends the stream; one that hangs is given up.
 * https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 * @throws {BulkResultError}
 */
export async function* downloadResult(
  send: typeof fetch,
  url: string,
  fromByte: number,
): AsyncGenerator<Uint8Array> {
  const stalled = new AbortController();
  const timer = setTimeout(() => {
    stalled.abort();
  }, patienceMs);
  try {
    const answer = await open(send, url, fromByte, stalled.signal);
    if (answer === null) return;
    let skip = answer.status === 206 ? 0 : fromByte;
    // Node's web streams can be iterated; the types of the DOM do not say so.
    const body = (answer.body ?? []) as unknown as AsyncIterable<Uint8Array>;
    for await (const chunk of untilCut(body)) {
      timer.refresh();
      const rest = skip === 0 ? chunk : chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - rest.length;
      if (rest.length > 0) yield rest;
      timer.refresh();
    }
  } finally {
    clearTimeout(timer);
    stalled.abort();
  }
}

/** Null: there is nothing after the offset. */
async function open(
  send: typeof fetch,
  url: string,
  fromByte: number,
  signal: AbortSignal,
): Promise<Response | null> {
  const answer = await send(url, {
    // Plain bytes, so that an offset into the file means the same every time.
    headers: { "accept-encoding": "identity", range: `bytes=${String(fromByte)}-` },
    signal,
  }).catch((cause: unknown) => {
    throw new BulkResultError("Shopify's result file could not be reached.", false, { cause });
  });
  if (answer.status === 416) return null;
  if (answer.status === 200 || answer.status === 206) return answer;
  await answer.body?.cancel();
  // Signed addresses answer 403 or 400 when their time is up.
  const gone = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  const told = `Shopify's result file answered ${String(answer.status)}.`;
  throw new BulkResultError(told, gone);
}

async function* untilCut(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch {
    // Cut off or stalled: the reader knows how much there should have been.
  }
}
