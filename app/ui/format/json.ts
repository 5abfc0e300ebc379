/** Indents JSON without reading its numbers: ids beyond 2^53 keep every digit. Not JSON: unchanged. */
export function indentJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    // Not JSON, or JSON that was cut off: it is shown as it came.
    return text;
  }
  let depth = 0;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  const out = tokens.map((token, index) => {
    if (token === ":") return ": ";
    if (token === ",") return `,\n${"  ".repeat(depth)}`;
    const opens = token === "{" || token === "[";
    const closes = token === "}" || token === "]";
    if (opens) {
      const empty = isClosing(tokens[index + 1]);
      depth += 1;
      return empty ? token : `${token}\n${"  ".repeat(depth)}`;
    }
    if (!closes) return token;
    depth -= 1;
    const empty = isOpening(tokens[index - 1]);
    return empty ? token : `\n${"  ".repeat(depth)}${token}`;
  });
  return out.join("");
}

function isOpening(token: string | undefined): boolean {
  return token === "{" || token === "[";
}

function isClosing(token: string | undefined): boolean {
  return token === "}" || token === "]";
}
