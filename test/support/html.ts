/** Text that is already safe to put between tags. Made only by `html` and `trusted`. */
export interface Html {
  readonly markup: string;
}

type Piece = Html | string | number | null | undefined | false | readonly Piece[];

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Replaces the five characters that mean something in HTML, in text and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Marks markup from this repository's own files (styles, scripts) as safe; never pass it input. */
export function trusted(markup: string): Html {
  return { markup };
}

/**
 * A value as JSON for use inside a script element. Escaping `<` keeps `</script>` inside a string
 * from ending the element.
 */
export function scriptJson(value: unknown): Html {
  return trusted(JSON.stringify(value).replaceAll("<", "\\u003c"));
}

/** Template tag: every interpolated value is escaped unless it is `Html`; lists are joined. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  let markup = strings[0] ?? "";
  pieces.forEach((piece, index) => {
    markup += render(piece) + (strings[index + 1] ?? "");
  });
  return { markup };
}

function render(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return "";
  if (typeof piece === "object") {
    return "markup" in piece ? piece.markup : piece.map(render).join("");
  }
  return escapeHtml(String(piece));
}
