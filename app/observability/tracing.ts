/** A piece of work that is over. Times in epoch milliseconds. */
export interface FinishedSpan {
  readonly name: string;
  readonly kind: "server" | "client" | "internal";
  /** The span this one is, when others name it as theirs already; otherwise it gets an id. */
  readonly traceparent?: string;
  /** The span it belongs to. */
  readonly parent?: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Why it failed, when it did. */
  readonly error?: string | undefined;
}

/** Where finished work is told. */
export interface Tracing {
  record(span: FinishedSpan): void;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** Without an endpoint, nothing is told and nothing is spent on it. */
export const noTracing: Tracing = { record: () => undefined, stop: async () => undefined };

/**
 * Tells finished work to an OpenTelemetry collector at `endpoint`, or to nobody. The library is
 * loaded only where there is one.
 */
export async function createTracing(
  process: string,
  endpoint: string | undefined,
): Promise<Tracing> {
  if (endpoint === undefined) return noTracing;
  const { otlpTracing } = await import("./otlp-tracing.ts");
  return otlpTracing(process, endpoint);
}
