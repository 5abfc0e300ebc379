/** A line of a stream. */
export interface StreamLine {
  /** Null: it is longer than a record may be, and was skipped. */
  readonly text: string | null;
  /** Of the stream, line end included. */
  readonly bytes: number;
  /** False: the stream ended before the line did. */
  readonly ended: boolean;
}

/** No record is longer than this, in bytes; a line without end must not fill the memory. */
export const longestLine = 64 * 1024;

const newline = 0x0a;

/**
 * The lines of a stream of bytes, one after the other, in memory of one line. Empty lines are
 * lines too; a last line needs no line end. @throws what the stream throws, such as when it is cut off.
 */
export async function* readLines(
  stream: AsyncIterable<Uint8Array>,
  longest = longestLine,
): AsyncGenerator<StreamLine> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const take = (ended: boolean): StreamLine => {
    const text = bytes > longest ? null : Buffer.concat(parts).toString("utf8").replace(/\r$/, "");
    const line = { text, bytes: ended ? bytes + 1 : bytes, ended };
    parts = [];
    bytes = 0;
    return line;
  };
  const add = (part: Uint8Array) => {
    bytes += part.length;
    // What is too long is counted, not kept.
    if (bytes <= longest) parts.push(part);
  };
  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, at));
      yield take(true);
      from = at + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  }
  if (bytes > 0) yield take(false);
}
