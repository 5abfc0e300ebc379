import type { ActionRegistry } from "./actions.ts";
import type { Connection } from "./connection.ts";
import { modalElement } from "./modal-element.ts";
import { type SaveBars, saveBarElement } from "./save-bar.ts";

/** Elements that the admin shows in its own place; nothing of them is seen in the frame. */
const HIDDEN = "ui-nav-menu, s-app-nav, ui-title-bar, ui-save-bar { display: none !important; }";

/**
 * Defines App Bridge's elements. They change nothing in the page (style sheet adopted, shadow
 * roots for content): the app hydrates the whole document, and a stray node would make React
 * throw the server's markup away.
 */
export function defineElements(
  connection: Connection,
  actions: ActionRegistry,
  saveBars: SaveBars,
): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(HIDDEN);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  for (const name of ["ui-nav-menu", "s-app-nav"]) {
    define(
      name,
      watchingElement(
        (element) => connection.send("navigation", { links: linksOf(element) }),
        () => connection.send("navigation", { links: [] }),
      ),
    );
  }
  define(
    "ui-title-bar",
    watchingElement(
      (element) => {
        if (element.closest("ui-modal")) return;
        const title = element.getAttribute("title") ?? "";
        const buttons = [...element.querySelectorAll<HTMLElement>("button, a")];
        connection.send("titleBar", {
          title,
          actions: buttons.map((button) => actions.describe(button)),
        });
      },
      () => connection.send("titleBar", null),
    ),
  );
  define("ui-save-bar", saveBarElement(saveBars));
  define("ui-modal", modalElement());
}

function define(name: string, constructor: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, constructor);
}

/** The links of a menu; `rel="home"` names the app's start page and is not listed. */
function linksOf(menu: HTMLElement) {
  return [...menu.querySelectorAll<HTMLElement>("a[href], s-link[href]")]
    .filter((link) => link.getAttribute("rel") !== "home")
    .map((link) => ({
      label: link.textContent.trim(),
      path: link.getAttribute("href") ?? "",
    }));
}

/** An element whose content is reported when it appears and at every change, until it goes. */
function watchingElement(
  report: (element: HTMLElement) => void,
  gone: () => void,
): CustomElementConstructor {
  return class extends HTMLElement {
    readonly #observer = new MutationObserver(() => report(this));

    connectedCallback(): void {
      this.#observer.observe(this, {
        attributes: true,
        childList: true,
        characterData: true,
        subtree: true,
      });
      // While a document is parsed, children come after their parent.
      if (document.readyState !== "loading") queueMicrotask(() => this.isConnected && report(this));
      else document.addEventListener("DOMContentLoaded", () => report(this), { once: true });
    }

    disconnectedCallback(): void {
      this.#observer.disconnect();
      // A new page's element may already be there; it then speaks after this one.
      if (!document.querySelector(this.localName)) gone();
    }
  };
}
