/** The element with this id, which the server's page always has. */
export function part<Part extends HTMLElement = HTMLElement>(id: string): Part {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the control page has no #${id}`);
  return found as Part;
}

/** The element inside `scope` that the server marked with `data-part`. */
export function within<Part extends HTMLElement = HTMLElement>(
  scope: ParentNode,
  name: string,
): Part {
  const found = scope.querySelector<Part>(`[data-part="${name}"]`);
  if (!found) throw new Error(`the control page has no part ${name}`);
  return found;
}

/** Changes text only when it differs: selections survive, and screen readers stay quiet. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Sends JSON and gives back the answer's. Rejects with the twin's own sentence. */
export async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (response.ok) return answer;
  const reason = answer["error"] ?? answer["message"];
  throw new Error(typeof reason === "string" ? reason : `the twin answered ${response.status}`);
}

/** Runs an action and says in `output` how it went; marks failures. */
export async function report(output: HTMLElement, action: () => Promise<string>): Promise<void> {
  try {
    const sentence = await action();
    output.classList.remove("failed");
    output.textContent = sentence;
  } catch (error) {
    output.classList.add("failed");
    output.textContent = error instanceof Error ? error.message : String(error);
  }
}
