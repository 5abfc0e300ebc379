/** A file for the merchant's computer. */
export interface SavedFile {
  readonly name: string;
  readonly type: "application/json" | "text/csv";
  readonly text: string;
}

/**
 * Lets the browser save a text as a file. A link to the server would not do: only App Bridge's own
 * requests carry the merchant's session.
 */
export function saveFile({ name, type, text }: SavedFile): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(url);
}
