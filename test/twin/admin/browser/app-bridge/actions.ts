import type { BarAction } from "../protocol.ts";
import type { Connection } from "./connection.ts";
import type { Navigate } from "./navigation.ts";

/** Buttons of the app that the admin shows in its own bars. */
export interface ActionRegistry {
  /** Describes a button for the admin, and remembers it for when the admin says it was pressed. */
  describe(element: HTMLElement): BarAction;
}

/** Presses the app's own element when the admin reports its stand-in pressed. */
export function createActionRegistry(connection: Connection, navigate: Navigate): ActionRegistry {
  const keys = new WeakMap<HTMLElement, string>();
  const elements = new Map<string, WeakRef<HTMLElement>>();
  let count = 0;

  connection.on("barAction", ({ key }) => {
    const element = elements.get(key)?.deref();
    const href = element instanceof HTMLAnchorElement ? element.getAttribute("href") : null;
    if (href?.startsWith("/")) navigate(href);
    else element?.click();
  });

  return {
    describe(element) {
      let key = keys.get(element);
      if (!key) {
        count += 1;
        key = `action-${count}`;
        keys.set(element, key);
        elements.set(key, new WeakRef(element));
      }
      return {
        key,
        label: element.textContent.trim(),
        primary: element.getAttribute("variant") === "primary",
        critical: element.getAttribute("tone") === "critical",
        disabled: isOn(element, "disabled"),
        loading: isOn(element, "loading"),
      };
    },
  };
}

/** Frameworks write a true flag as an empty attribute or as "true". */
function isOn(element: HTMLElement, attribute: string): boolean {
  const value = element.getAttribute(attribute);
  return value !== null && value !== "false";
}
