/** One series of a metrics page, as a scraper has it. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const pair = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const sampleLine = new RegExp(`^(${name})(?:\\{(${pair}(?:,${pair})*)\\})? (\\S+)$`);

/**
 * Reads a page as strictly as Prometheus does: a type before its samples, no series twice, buckets
 * that only grow up to `_count`. @throws Error that quotes the line
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parsePrometheus(page: string): Sample[] {
  if (!page.endsWith("\n")) throw new Error("the last line does not end");
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  const seen = new Set<string>();
  for (const line of page.slice(0, -1).split("\n")) {
    if (line.startsWith("# HELP ")) continue;
    const [, typed, type] = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) {
      types.set(typed, type);
      continue;
    }
    const sample = readSample(line, types);
    const key = JSON.stringify([sample.name, sample.labels]);
    if (seen.has(key)) throw new Error(`twice on the page: ${line}`);
    seen.add(key);
    samples.push(sample);
  }
  for (const [family, type] of types) if (type === "histogram") checkHistogram(family, samples);
  return samples;
}

function readSample(line: string, types: ReadonlyMap<string, string>): Sample {
  const [, metric = "", labelText = "", value = ""] = sampleLine.exec(line) ?? [];
  const family = types.has(metric) ? metric : metric.replace(/_(?:bucket|sum|count)$/, "");
  if (!types.has(family) || value === "" || Number.isNaN(Number(value)))
    throw new Error(`not a line Prometheus takes: ${line}`);
  const labels = [...labelText.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return {
    name: metric,
    labels: Object.fromEntries(labels.map(([, label = "", text = ""]) => [label, text])),
    value: Number(value),
  };
}

function checkHistogram(family: string, samples: readonly Sample[]): void {
  for (const count of samples.filter((item) => item.name === `${family}_count`)) {
    const own = samples.filter(
      (item) =>
        item.name === `${family}_bucket` &&
        Object.entries(count.labels).every(([label, text]) => item.labels[label] === text),
    );
    const values = own.map((item) => item.value);
    const grows = values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
    if (own.at(-1)?.labels["le"] !== "+Inf" || values.at(-1) !== count.value || !grows)
      throw new Error(`${family} is no histogram: ${JSON.stringify(own)}`);
  }
}
