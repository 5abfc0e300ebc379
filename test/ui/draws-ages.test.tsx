import { describe, expect, it } from "vitest";
import type { AgeCorner } from "#app/ui/charts/age-scale.ts";
import { AgeSawtooth, ageTable } from "#app/ui/charts/age-sawtooth.tsx";
import { BudgetBar } from "#app/ui/charts/budget-bar.tsx";
import { BurnDown } from "#app/ui/charts/burn-down.tsx";
import { NumbersTable } from "#app/ui/charts/chart-frame.tsx";
import { cornersOf } from "#app/routes/app.freshness.$domain.$system/age-section.tsx";
import { renderScreen, wordsOf } from "./render-screen.tsx";

const startMs = Date.parse("2026-04-10T13:00:00.000Z");
const at = (seconds: number) => startMs + seconds * 1_000;
const corner = (seconds: number, age: number | null): AgeCorner => ({
  atMs: at(seconds),
  seconds: age,
});
const window = { fromMs: at(0), toMs: at(3_600) };

function draw(corners: readonly AgeCorner[], breaches = [{ fromMs: at(1_060), toMs: at(1_200) }]) {
  return renderScreen(
    <AgeSawtooth
      window={window}
      corners={corners}
      warnAfterSeconds={45}
      breachAfterSeconds={60}
      breaches={breaches}
      missed={[{ atMs: at(1_800), label: "A read did not land" }]}
      caption="Age of stock levels"
      summary="Last hour: 2 min over the SLA."
    />,
  );
}

describe("the age of data", () => {
  const outage = [
    corner(0, 5),
    corner(1_000, 5),
    corner(1_200, 205),
    corner(1_200, 3),
    corner(3_600, 3),
  ];

  it("is whole in the server's HTML and says in one sentence what it shows", () => {
    const markup = draw(outage);
    expect(markup).toContain('aria-label="Last hour: 2 min over the SLA."');
    expect(markup).toContain('viewBox="0 0 1000 200"');
    expect(wordsOf(markup)).toContain("Warning, 45 s");
    expect(wordsOf(markup)).toContain("Breach, 1 min");
  });

  it("hatches what was over the SLA where it was, and marks what did not land", () => {
    const markup = draw(outage);
    expect(markup).toMatch(/cv-stretch--breach" style="left:29.44%;width:3.89%"/);
    expect(markup).toContain('class="cv-missed" style="left:50.00%"');
    expect(draw(outage, [])).not.toContain("Over the SLA");
  });

  it("can be read with the arrow keys, beginning with now", () => {
    const markup = draw(outage);
    expect(markup).toContain('role="slider"');
    expect(markup).toContain('aria-valuetext="2:00:00 pm: 3 s old, within the SLA"');
  });

  it("never draws what is no number, whatever it is given", () => {
    for (const corners of [[], [corner(0, null)], [corner(0, 0)], [corner(3_600, 1e9)]])
      expect(draw(corners)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("has a twin that is a table", () => {
    const breaches = [{ fromMs: at(1_060), toMs: at(1_200) }];
    const table = ageTable({ caption: "Ages", window, corners: outage, breaches });
    expect(table.rows).toHaveLength(24);
    const words = wordsOf(renderScreen(<NumbersTable {...table} />));
    expect(words).toContain("From Oldest Over the SLA 10 Apr, 1:57 pm 3 s –");
    expect(words).toContain("10 Apr, 1:17 pm 3 min 25 s 2 min 20 s");
  });
});

describe("the error budget", () => {
  it("is a bar whose words say the same", () => {
    const markup = renderScreen(<BudgetBar leftPercent={62} leftSeconds={46_800} />);
    expect(markup).toContain("width:62.0%");
    expect(wordsOf(markup)).toBe("62 % · 13 h 00 min left");
    expect(renderScreen(<BudgetBar leftPercent={-300} leftSeconds={-60} />)).toContain(
      "width:0.0%",
    );
  });

  it("is drawn down over its window, also below nothing", () => {
    const points = [100, 80, -40].map((leftPercent, n) => ({
      at: new Date(at(n * 86_400)).toISOString(),
      leftPercent,
      evenPercent: 100 - n * 50,
    }));
    const markup = renderScreen(<BurnDown points={points} caption="Budget" summary="40 % over." />);
    expect(markup).toContain('aria-label="40 % over."');
    expect(wordsOf(markup)).toContain("−50 %");
    const none = renderScreen(<BurnDown points={[]} caption="Budget" summary="Nothing yet." />);
    expect(none).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("the ages of a window", () => {
  const point = (seconds: number, ageSeconds: number | null) => ({
    at: new Date(at(seconds)).toISOString(),
    ageSeconds,
  });

  it("last for their span where nothing is known after them, and up to now", () => {
    const ages = [point(0, 5), point(60, 9), point(120, null), point(180, 4)];
    expect(cornersOf(ages, at(240))).toEqual([
      corner(0, 5),
      corner(60, 9),
      corner(120, 9),
      corner(120, null),
      corner(180, 4),
      corner(240, 4),
    ]);
  });
});
