import { readFileSync } from "node:fs";
import { parser } from "@prometheus-io/lezer-promql";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { counterMetrics, gaugeMetrics, histogramMetrics } from "#app/observability/metrics.ts";

const folder = "app/observability/dashboards";

const dashboard = z
  .object({
    title: z.string(),
    panels: z.array(
      z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) }),
    ),
  })
  .parse(JSON.parse(readFileSync(`${folder}/grafana.json`, "utf8")));

const rules = z
  .object({
    groups: z.array(
      z.object({
        name: z.string(),
        rules: z.array(
          z.strictObject({
            alert: z.string().regex(/^Converge[A-Za-z]+$/),
            expr: z.string(),
            for: z
              .string()
              .regex(/^\d+[smh]$/)
              .optional(),
            labels: z.object({ severity: z.enum(["page", "ticket"]) }),
            annotations: z.object({ summary: z.string().min(1) }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(readFileSync(`${folder}/alert-rules.yaml`, "utf8")));

const expressions = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr])),
  ...rules.groups.flatMap((group) => group.rules.map(({ alert, expr }) => [alert, expr])),
].map(([name = "", expr = ""]) => [name, expr] as const);

/** Everything that is on `GET /metrics`. */
const names = new Set([
  ...Object.keys(counterMetrics),
  ...Object.keys(gaugeMetrics),
  ...Object.keys(histogramMetrics).flatMap((name) => [
    `${name}_bucket`,
    `${name}_sum`,
    `${name}_count`,
  ]),
]);

/** The metrics an expression names, and what the parser did not understand. */
function read(expr: string): { metrics: string[]; mistakes: string[] } {
  const metrics: string[] = [];
  const mistakes: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) mistakes.push(`at ${String(from)} of ${expr}`);
      if (type.name === "Identifier" && expr.slice(from, to).startsWith("converge_"))
        metrics.push(expr.slice(from, to));
    },
  });
  return { metrics, mistakes };
}

describe("what dashboards and rules ask Prometheus", () => {
  it.each(expressions)("%s is PromQL over metrics that exist", (_name, expr) => {
    const { metrics, mistakes } = read(expr);
    expect(mistakes).toEqual([]);
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.filter((name) => !names.has(name))).toEqual([]);
  });

  it("is about every metric", () => {
    const asked = expressions.flatMap(([, expr]) => read(expr).metrics);
    const bare = new Set(asked.map((name) => name.replace(/_(?:bucket|sum|count)$/, "")));
    const all = [counterMetrics, gaugeMetrics, histogramMetrics].flatMap((one) => Object.keys(one));
    expect(all.filter((name) => !bare.has(name))).toEqual([]);
  });

  it("a wrong name or a wrong expression is noticed", () => {
    expect(read("sum(rate(converge_x_total[5m])").mistakes).not.toEqual([]);
    expect(names.has(read("converge_x_total").metrics[0] ?? "")).toBe(false);
  });
});
