import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createTracing, noTracing } from "#app/observability/index.server.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = (span: string) => `00-${traceId}-${span}-01`;
const event = "b7ad6b7169203331";

let server: Server | undefined;
afterEach(() => server?.close());

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number; message?: string };
}

/** A collector that keeps what it is sent. */
async function collector() {
  const spans: SentSpan[] = [];
  const paths: string[] = [];
  server = createServer((request, response) => {
    paths.push(request.url ?? "");
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const body = JSON.parse(text) as {
        resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
      };
      spans.push(
        ...body.resourceSpans.flatMap((item) => item.scopeSpans.flatMap((scope) => scope.spans)),
      );
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${String(port)}`, spans, paths };
}

it("work is told with the ids that travelled with it", async () => {
  const { endpoint, spans, paths } = await collector();
  const tracing = await createTracing("worker", endpoint);
  const base = { startMs: 1_000, endMs: 1_250, attributes: { "converge.event": "e" } };
  tracing.record({
    ...base,
    name: "receive products/update",
    kind: "server",
    traceparent: traceparent(event),
  });
  tracing.record({
    ...base,
    name: "deliver product.updated",
    kind: "client",
    traceparent: traceparent("00f067aa0ba902b7"),
    parent: traceparent(event),
    error: "HTTP 500",
  });
  tracing.record({ ...base, name: "process", kind: "internal", parent: traceparent(event) });
  await tracing.stop();
  expect(paths[0]).toBe("/v1/traces");
  expect(spans.map((span) => span.traceId)).toEqual([traceId, traceId, traceId]);
  expect(spans[0]).toMatchObject({ spanId: event, name: "receive products/update" });
  expect(spans[0]?.parentSpanId ?? "").toBe("");
  expect(spans[1]).toMatchObject({
    spanId: "00f067aa0ba902b7",
    parentSpanId: event,
    status: { code: 2, message: "HTTP 500" },
    startTimeUnixNano: "1000000000",
    endTimeUnixNano: "1250000000",
  });
  expect(spans[2]?.parentSpanId).toBe(event);
  expect(spans[2]?.spanId).toMatch(/^[0-9a-f]{16}$/);
});

it("nobody listens, and nothing is lost but the spans", async () => {
  const tracing = await createTracing("worker", "http://127.0.0.1:9");
  tracing.record({ name: "x", kind: "internal", startMs: 1, endMs: 2, attributes: {} });
  await tracing.stop();
  expect(await createTracing("worker", undefined)).toBe(noTracing);
}, 30_000);
