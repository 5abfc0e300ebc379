import type { FaultSettings } from "../../../faults/fault-table.ts";
import { part, post, report, setText } from "./page.ts";

const SLIDERS = ["drop", "duplicate", "reorder", "delayShare"] as const;

/** The webhook faults: sliders that take effect when they are let go. */
export function startFaults() {
  const form = part<HTMLFormElement>("faults");
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
  let saving = false;

  function showPercentages(): void {
    for (const name of SLIDERS) {
      const value = form.querySelector<HTMLElement>(`[data-for="${name}"]`);
      if (value) setText(value, `${field(name).value}%`);
    }
  }

  async function save(): Promise<void> {
    saving = true;
    const percentages = SLIDERS.map((name) => [name, field(name).valueAsNumber]);
    const delayMs = Math.round((field("delaySeconds").valueAsNumber || 0) * 1000);
    await report(part("faults-result"), async () => {
      await post("/twin/api/faults", { ...Object.fromEntries(percentages), delayMs });
      return "Faults set.";
    });
    saving = false;
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", showPercentages);
  form.addEventListener("change", () => void save());
  part("faults-off").addEventListener("click", () => {
    for (const name of SLIDERS) field(name).value = "0";
    showPercentages();
    void save();
  });

  /** Shows what is set, unless somebody is at the sliders right now. */
  return (faults: FaultSettings): void => {
    if (saving || form.contains(document.activeElement)) return;
    for (const name of SLIDERS) field(name).value = String(faults[name]);
    if (faults.delayMs > 0) field("delaySeconds").value = String(faults.delayMs / 1000);
    showPercentages();
  };
}
