const STYLES = `
  :host { display: contents; }
  dialog { width: min(620px, calc(100vw - 32px)); max-height: calc(100vh - 64px); padding: 0;
    border: 0; border-radius: 14px; color: #1f2328; font: 14px/1.45 system-ui, sans-serif;
    box-shadow: 0 20px 60px rgb(0 0 0 / 30%); }
  dialog.small { width: min(380px, calc(100vw - 32px)); }
  dialog.large { width: min(980px, calc(100vw - 32px)); }
  dialog.max { width: calc(100vw - 32px); height: calc(100vh - 32px); }
  dialog::backdrop { background: rgb(0 0 0 / 55%); }
  header { display: flex; align-items: center; padding: 14px 16px; background: #f3f3f3; }
  h2 { margin: 0; flex: 1; font-size: 15px; }
  footer { display: flex; justify-content: flex-end; gap: 8px; padding: 12px 16px;
    border-top: 1px solid #e3e3e3; }
  footer:empty { display: none; }
  button { min-height: 32px; padding: 4px 12px; border: 1px solid #c9c9c9; border-radius: 8px;
    background: #fff; color: inherit; font: inherit; cursor: pointer; }
  button.primary { border-color: #1f2328; background: #1f2328; color: #fff; }
  button.critical { border-color: #a11; background: #a11; color: #fff; }
  button:focus-visible { outline: 3px solid #2c6ecb; outline-offset: 1px; }
`;

/**
 * `ui-modal`: a dialog inside the frame (Shopify's covers the whole admin). A `ui-title-bar` in it
 * gives the heading and the buttons of the footer.
 */
export function modalElement(): CustomElementConstructor {
  return class extends HTMLElement {
    #dialog: HTMLDialogElement | undefined;

    async show(): Promise<void> {
      const dialog = this.#build();
      if (dialog.open) return;
      dialog.showModal();
      this.dispatchEvent(new Event("show"));
    }

    async hide(): Promise<void> {
      if (this.#dialog?.open) this.#dialog.close();
    }

    async toggle(): Promise<void> {
      await (this.#dialog?.open ? this.hide() : this.show());
    }

    connectedCallback(): void {
      this.#build();
    }

    disconnectedCallback(): void {
      void this.hide();
    }

    #build(): HTMLDialogElement {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      const dialog = this.#dialog ?? document.createElement("dialog");
      if (!this.#dialog) {
        const style = document.createElement("style");
        style.textContent = STYLES;
        root.append(style, dialog);
        dialog.addEventListener("close", () => this.dispatchEvent(new Event("hide")));
        this.#dialog = dialog;
      }
      if (!dialog.open) this.#fill(dialog);
      return dialog;
    }

    #fill(dialog: HTMLDialogElement): void {
      const bar = this.querySelector("ui-title-bar");
      const heading = document.createElement("h2");
      heading.id = "heading";
      heading.textContent = bar?.getAttribute("title") ?? "";
      const close = standIn("Close", () => dialog.close());
      const header = document.createElement("header");
      header.append(heading, close);
      const footer = document.createElement("footer");
      for (const button of bar?.querySelectorAll<HTMLElement>("button") ?? []) {
        const copy = standIn(button.textContent, () => button.click());
        copy.className = [button.getAttribute("variant"), button.getAttribute("tone")].join(" ");
        copy.disabled = button.hasAttribute("disabled");
        footer.append(copy);
      }
      dialog.className = this.getAttribute("variant") ?? "base";
      dialog.setAttribute("aria-labelledby", "heading");
      dialog.replaceChildren(header, document.createElement("slot"), footer);
    }
  };
}

function standIn(label: string, press: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label.trim();
  button.addEventListener("click", press);
  return button;
}
