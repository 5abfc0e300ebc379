import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Tracing } from "./tracing.ts";

/**
 * Sends spans by OTLP/HTTP to `endpoint` + `/v1/traces`, in batches; a collector that does not answer
 * costs spans, never work. Trace and span ids are those that travel in `traceparent`, through jobs
 * and to systems, so that one trace holds a change from its webhook to its last acknowledgement.
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function otlpTracing(process: string, endpoint: string): Tracing {
  const url = `${endpoint.replace(/\/$/, "")}/v1/traces`;
  const random = new RandomIdGenerator();
  let own: Ids | null = null;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": `converge-${process}` }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url, timeoutMillis }) }),
    ],
    // A span is begun and its ids are asked for in one synchronous call.
    idGenerator: {
      generateTraceId: () => own?.traceId ?? random.generateTraceId(),
      generateSpanId: () => own?.spanId ?? random.generateSpanId(),
    },
  });
  const tracer = provider.getTracer("converge");
  return {
    record: (span) => {
      own = span.traceparent === undefined ? null : readIds(span.traceparent);
      const parent = span.parent === undefined ? null : readIds(span.parent);
      const context = parent
        ? trace.setSpanContext(ROOT_CONTEXT, {
            ...parent,
            traceFlags: TraceFlags.SAMPLED,
            isRemote: true,
          })
        : ROOT_CONTEXT;
      const begun = tracer.startSpan(
        span.name,
        {
          kind: kinds[span.kind],
          startTime: new Date(span.startMs),
          attributes: { ...span.attributes },
        },
        context,
      );
      own = null;
      if (span.error !== undefined)
        begun.setStatus({ code: SpanStatusCode.ERROR, message: span.error });
      begun.end(new Date(span.endMs));
    },
    // A collector that is gone must not hold up the end of a process.
    stop: () => provider.shutdown().catch(() => undefined),
  };
}

/** Retries of a batch included. */
const timeoutMillis = 2_000;

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

interface Ids {
  readonly traceId: string;
  readonly spanId: string;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
function readIds(traceparent: string): Ids | null {
  const [, traceId = "", spanId = ""] = traceparent.split("-");
  return traceId.length === 32 && spanId.length === 16 ? { traceId, spanId } : null;
}
