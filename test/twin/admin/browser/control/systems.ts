import type { Behaviour } from "#test/demo-systems/types.ts";
import type { DemoSystemView } from "../../demo-systems.ts";
import { post, report, setText, within } from "./page.ts";

/** Long enough to be felt, short enough to stay under a sender's usual 10 s. */
const SLOW_MS = 8_000;
const COUNTERS = ["received", "repeats", "regressions", "rejectedSignatures"] as const;
const WORDS: Record<(typeof COUNTERS)[number], string> = {
  received: "received",
  repeats: "repeats",
  regressions: "older after newer",
  rejectedSignatures: "bad signatures",
};

/** The demo systems: what they say of themselves, and the buttons that break and heal them. */
export function startSystems(refresh: () => Promise<void>) {
  const cards = [...document.querySelectorAll<HTMLElement>(".system")];

  for (const card of cards) {
    const name = card.dataset["system"] ?? "";
    const set = (behaviour: object, sentence: string) =>
      void report(within(card, "result"), async () => {
        await post("/control/demo-systems", { name, ...behaviour });
        await refresh();
        return sentence;
      });
    within(card, "break").addEventListener("click", () => {
      const mode = within<HTMLSelectElement>(card, "mode").value;
      const share = within<HTMLInputElement>(card, "share").valueAsNumber || 100;
      set({ mode, share, delayMs: SLOW_MS }, `${name} is broken now.`);
    });
    within(card, "heal").addEventListener("click", () =>
      set({ mode: "healthy" }, `${name} is healthy again.`),
    );
  }

  /** Shows what the systems answered. */
  return (systems: DemoSystemView[]): void => {
    for (const card of cards) {
      const system = systems.find((candidate) => candidate.name === card.dataset["system"]);
      if (system) showSystem(card, system);
    }
  };
}

function showSystem(card: HTMLElement, { report: account, error }: DemoSystemView): void {
  const state = within(card, "state");
  const healthy = account?.behaviour.mode === "healthy";
  setText(state, account ? inWords(account.behaviour) : "down");
  state.classList.toggle("success", healthy);
  state.classList.toggle("critical", !healthy);
  const counts = account ? COUNTERS.map((name) => `${account[name]} ${WORDS[name]}`) : [];
  setText(within(card, "counters"), error ?? counts.join(" · "));
}

function inWords({ mode, share }: Behaviour): string {
  const partly = mode !== "healthy" && share < 100 ? ` ${share}%` : "";
  return mode.replace("_", " ") + partly;
}
