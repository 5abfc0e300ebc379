import type { BarAction, SaveBar } from "../protocol.ts";
import { confirmWithMerchant } from "./confirm.ts";

/** The contextual save bar, which covers the top bar while a form has unsaved changes. */
export function createSaveBarView(bar: HTMLElement, press: (key: string) => void) {
  const text = document.createElement("p");
  text.textContent = "Unsaved changes";
  const buttons = document.createElement("div");
  buttons.className = "actions";
  bar.append(text, buttons);

  const button = (action: BarAction, fallback: string, onPress: () => void) => {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = action.label || fallback;
    element.disabled = action.disabled || action.loading;
    if (action.loading) element.setAttribute("aria-busy", "true");
    element.classList.toggle("primary", action.primary);
    element.addEventListener("click", onPress);
    return element;
  };

  async function discard(action: BarAction, confirm: boolean): Promise<void> {
    const sure =
      !confirm ||
      (await confirmWithMerchant({
        heading: "Discard all unsaved changes",
        text: "If you discard changes, you will delete any edits you made since you last saved.",
        confirm: "Discard changes",
        critical: true,
      }));
    if (sure) press(action.key);
  }

  return {
    isShown: (): boolean => !bar.hidden,
    show({ save, discard: discardAction, confirmDiscard }: SaveBar): void {
      const focused = buttons.contains(document.activeElement);
      const items = [];
      if (discardAction) {
        items.push(
          button(discardAction, "Discard", () => void discard(discardAction, confirmDiscard)),
        );
      }
      if (save) items.push(button(save, "Save", () => press(save.key)));
      buttons.replaceChildren(...items);
      bar.hidden = false;
      if (focused) items.at(-1)?.focus();
    },
    hide(): void {
      bar.hidden = true;
      buttons.replaceChildren();
    },
  };
}
