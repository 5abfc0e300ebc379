import type { ActionRegistry } from "./actions.ts";
import type { Connection } from "./connection.ts";

/** What a save bar stands for: the app's own buttons, read afresh each time it is shown. */
interface SaveBarSource {
  save(): HTMLElement | null;
  discard(): HTMLElement | null;
  confirmDiscard(): boolean;
}

/** The one save bar the admin shows; the latest to be shown wins. */
export interface SaveBars {
  show(source: SaveBarSource): void;
  /** Hides the bar if `source` is the one shown, and says whether it was. */
  hide(source: SaveBarSource): boolean;
  isShown(source: SaveBarSource): boolean;
  /** Whether any bar is shown. */
  anyShown(): boolean;
}

/** Tells the admin which save bar to show. */
export function createSaveBars(connection: Connection, actions: ActionRegistry): SaveBars {
  let shown: SaveBarSource | undefined;
  return {
    show(source) {
      shown = source;
      const save = source.save();
      const discard = source.discard();
      connection.send("saveBar", {
        save: save && actions.describe(save),
        discard: discard && actions.describe(discard),
        confirmDiscard: source.confirmDiscard(),
      });
    },
    hide(source) {
      if (shown !== source) return false;
      shown = undefined;
      connection.send("saveBar", null);
      return true;
    },
    isShown: (source) => shown === source,
    anyShown: () => shown !== undefined,
  };
}

/** `ui-save-bar`: the first primary button saves, the other one discards. */
export function saveBarElement(saveBars: SaveBars): CustomElementConstructor {
  return class extends HTMLElement {
    readonly #source: SaveBarSource = {
      save: () => this.querySelector<HTMLElement>('button[variant="primary"]'),
      discard: () => this.querySelector<HTMLElement>('button:not([variant="primary"])'),
      confirmDiscard: () => this.hasAttribute("discardconfirmation"),
    };
    readonly #observer = new MutationObserver(() => {
      if (this.showing) saveBars.show(this.#source);
    });

    get showing(): boolean {
      return saveBars.isShown(this.#source);
    }

    async show(): Promise<void> {
      if (this.showing) return;
      saveBars.show(this.#source);
      this.dispatchEvent(new Event("show"));
    }

    async hide(): Promise<void> {
      if (saveBars.hide(this.#source)) this.dispatchEvent(new Event("hide"));
    }

    async toggle(): Promise<void> {
      await (this.showing ? this.hide() : this.show());
    }

    connectedCallback(): void {
      this.#observer.observe(this, {
        attributes: true,
        childList: true,
        characterData: true,
        subtree: true,
      });
    }

    disconnectedCallback(): void {
      this.#observer.disconnect();
      void this.hide();
    }
  };
}

/**
 * `<form data-save-bar>`: the bar comes with the first real difference and goes when the form is
 * submitted, reset, or edited back. Save submits the form, Discard resets it.
 */
export function watchForms(saveBars: SaveBars): void {
  const sources = new WeakMap<HTMLFormElement, SaveBarSource>();
  const initialValues = new WeakMap<HTMLFormElement, string>();

  const sourceOf = (form: HTMLFormElement): SaveBarSource => {
    const known = sources.get(form);
    if (known) return known;
    const button = (label: string, press: () => void, primary: boolean) => {
      const element = document.createElement("button");
      element.textContent = label;
      if (primary) element.setAttribute("variant", "primary");
      element.addEventListener("click", press);
      return element;
    };
    const save = button("Save", () => form.requestSubmit(), true);
    const discard = button("Discard", () => form.reset(), false);
    const source: SaveBarSource = {
      save: () => save,
      discard: () => discard,
      confirmDiscard: () => form.hasAttribute("data-discard-confirmation"),
    };
    sources.set(form, source);
    return source;
  };

  const watched = (event: Event): HTMLFormElement | null =>
    (event.target as Element).closest?.<HTMLFormElement>("form[data-save-bar]") ?? null;

  document.addEventListener("focusin", (event) => {
    const form = watched(event);
    if (form && !initialValues.has(form)) initialValues.set(form, valuesOf(form));
  });
  const onEdit = (event: Event) => {
    const form = watched(event);
    if (!form) return;
    const source = sourceOf(form);
    if (initialValues.get(form) === valuesOf(form)) saveBars.hide(source);
    else if (!saveBars.isShown(source)) saveBars.show(source);
  };
  const onDone = (event: Event) => {
    const form = watched(event);
    if (!form) return;
    initialValues.delete(form);
    saveBars.hide(sourceOf(form));
  };
  document.addEventListener("input", onEdit);
  document.addEventListener("change", onEdit);
  document.addEventListener("submit", onDone);
  document.addEventListener("reset", onDone);
}

function valuesOf(form: HTMLFormElement): string {
  const values = [...new FormData(form)];
  return JSON.stringify(
    values.map(([name, value]) => [name, typeof value === "string" ? value : value.name]),
  );
}
