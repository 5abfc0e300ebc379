import type { FaultSettings } from "../../../faults/fault-table.ts";
import { part, post, report, setText, within } from "./page.ts";

/** The faults: sliders, amounts and switches that take effect when they are let go. */
export function startFaults() {
  const form = part<HTMLFormElement>("faults");
  const fields = [...form.querySelectorAll<HTMLInputElement>("input")];
  let saving = false;

  function showValues(): void {
    for (const field of fields) {
      const shown = form.querySelector<HTMLElement>(`[data-for="${field.name}"]`);
      if (shown) setText(shown, `${field.value}%`);
    }
    for (const group of form.querySelectorAll<HTMLElement>("[data-group]")) {
      const on = [...group.querySelectorAll<HTMLInputElement>("input")].filter((field) =>
        Boolean(valueOf(field)),
      );
      const count = within(group, "count");
      count.hidden = on.length === 0;
      setText(count, `${on.length} on`);
    }
  }

  async function save(changed: HTMLInputElement[]): Promise<void> {
    saving = true;
    const input = Object.fromEntries(changed.map((field) => [field.name, valueOf(field)]));
    await report(part("faults-result"), async () => {
      await post("/twin/api/faults", input);
      return "Faults set.";
    });
    saving = false;
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", showValues);
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement) void save([event.target]);
  });
  part("faults-off").addEventListener("click", () => {
    for (const field of fields) setValue(field, field.type === "checkbox" ? false : 0);
    showValues();
    void save(fields);
  });

  /** Shows what is set, but for the field somebody is at right now. */
  return (faults: FaultSettings): void => {
    if (saving) return;
    const settings = faults as Record<string, number | boolean | undefined>;
    for (const field of fields) {
      const value = settings[field.name];
      if (value !== undefined && field !== document.activeElement) setValue(field, value);
    }
    showValues();
  };
}

function valueOf(field: HTMLInputElement): number | boolean {
  return field.type === "checkbox" ? field.checked : field.valueAsNumber || 0;
}

function setValue(field: HTMLInputElement, value: number | boolean): void {
  if (typeof value === "boolean") field.checked = value;
  else field.value = String(value);
}
