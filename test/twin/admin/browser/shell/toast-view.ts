import type { Toast } from "../protocol.ts";
import type { AppLine } from "./app-line.ts";

/** Messages of the app at the bottom of the admin. */
export function createToastView(area: HTMLElement, line: AppLine) {
  const open = new Map<string, { element: HTMLElement; timer: ReturnType<typeof setTimeout> }>();

  const hide = (id: string): void => {
    const toast = open.get(id);
    if (!toast) return;
    clearTimeout(toast.timer);
    toast.element.remove();
    open.delete(id);
    line.send("toastDismissed", { id });
  };

  return {
    hide,
    show(toast: Toast): void {
      const element = document.createElement("div");
      element.className = toast.isError ? "toast error" : "toast";
      element.setAttribute("role", toast.isError ? "alert" : "status");
      const text = document.createElement("span");
      text.textContent = toast.message;
      element.append(text);
      if (toast.action !== null) {
        element.append(button(toast.action, () => line.send("toastAction", { id: toast.id })));
      }
      const close = button("×", () => hide(toast.id));
      close.setAttribute("aria-label", "Dismiss");
      element.append(close);
      area.append(element);
      open.set(toast.id, { element, timer: setTimeout(() => hide(toast.id), toast.durationMs) });
    },
  };
}

function button(label: string, press: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.addEventListener("click", press);
  return element;
}
