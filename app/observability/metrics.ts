/**
 * Every metric of Converge, by the name it has on `GET /metrics`. Labels take their values from
 * closed lists: never a shop, an id or a URL.
 */

/** Ends of histogram buckets, in seconds. */
const untilAnswered = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const untilArrived = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400];

/** Only grow; added up over all processes of the installation. */
export const counterMetrics = {
  converge_webhooks_total: "Webhooks that came, by topic and by what became of them at the door.",
  converge_deliveries_total: "Attempts to deliver a change to a system, by outcome.",
  converge_missed_webhooks_total: "Changes that a poll found and no webhook had told, by topic.",
} as const;

/** Times in seconds, counted in buckets. */
export const histogramMetrics = {
  converge_intake_seconds: {
    help: "From a webhook's last byte to its answer.",
    buckets: untilAnswered,
  },
  converge_lag_seconds: {
    help: "Where a change's time goes, by kind of data and stage.",
    buckets: untilArrived,
  },
} as const;

/** How things stand right now. */
export const gaugeMetrics = {
  converge_staleness_seconds: "The longest staleness of any system, by kind of data.",
  converge_jobs_pending: "Jobs that wait for a worker, by queue.",
  converge_oldest_job_age_seconds: "For how long the oldest waiting job could have run, by queue.",
  converge_dead_letters: "What failed for good and nobody has dealt with, by kind.",
  converge_discrepancies_open: "Disagreements nobody has settled, by kind of data.",
  converge_shopify_cost_available: "Points left in the emptiest API bucket of any store.",
} as const;

export type CounterName = keyof typeof counterMetrics;
export type HistogramName = keyof typeof histogramMetrics;
export type GaugeName = keyof typeof gaugeMetrics;

/** The labels of a metric. */
export type Labels = Readonly<Record<string, string>>;

/** One figure of how things stand. */
export interface Gauge {
  readonly name: GaugeName;
  readonly labels: Labels;
  readonly value: number;
}

/** What a counter has come to. Histograms are counters too: `_bucket`, `_sum` (µs) and `_count`. */
export interface CounterTotal {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** Label of a bucket without an end. */
export const endless = "+Inf";

/** The label of the bucket a time falls into. */
export function bucketLabel(name: HistogramName, seconds: number): string {
  const end = histogramMetrics[name].buckets.find((bucket) => seconds <= bucket);
  return end === undefined ? endless : String(end);
}

/**
 * The page as Prometheus reads it. Every metric is on it, also those that nothing is known of.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function renderMetrics(totals: readonly CounterTotal[], gauges: readonly Gauge[]): string {
  const counters = Object.entries(counterMetrics).flatMap(([name, help]) => [
    ...head(name, help, "counter"),
    ...totals.filter((item) => item.name === name).map(line),
  ]);
  const histograms = Object.entries(histogramMetrics).flatMap(([name, { help, buckets }]) => [
    ...head(name, help, "histogram"),
    ...histogramLines(name, buckets, totals),
  ]);
  const standing = Object.entries(gaugeMetrics).flatMap(([name, help]) => [
    ...head(name, help, "gauge"),
    ...gauges.filter((item) => item.name === name).map(line),
  ]);
  return `${[...counters, ...histograms, ...standing].join("\n")}\n`;
}

function head(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function line({ name, labels, value }: { name: string; labels: Labels; value: number }): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${String(value)}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function histogramLines(
  name: string,
  buckets: readonly number[],
  totals: readonly CounterTotal[],
): string[] {
  const ends = [...buckets.map(String), endless];
  const counts = totals.filter((item) => item.name === `${name}_count`);
  return counts.flatMap(({ labels, value: count }) => {
    const key = keyOf(labels);
    const inBucket = new Map(
      totals
        .filter((item) => item.name === `${name}_bucket` && keyOf(withoutEnd(item.labels)) === key)
        .map((item) => [item.labels["le"], item.value]),
    );
    let upTo = 0;
    const lines = ends.map((end) => {
      upTo += inBucket.get(end) ?? 0;
      return line({ name: `${name}_bucket`, labels: { ...labels, le: end }, value: upTo });
    });
    const sum = totals.find((item) => item.name === `${name}_sum` && keyOf(item.labels) === key);
    return [
      ...lines,
      line({ name: `${name}_sum`, labels, value: (sum?.value ?? 0) / 1_000_000 }),
      line({ name: `${name}_count`, labels, value: count }),
    ];
  });
}

function withoutEnd({ le: _end, ...labels }: Labels): Labels {
  return labels;
}

/** Labels as one text, whatever their order. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}
