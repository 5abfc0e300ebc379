import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "./logger.ts";
import { type CounterTotal, type Gauge, renderMetrics } from "./metrics.ts";

/** What stands on the page. */
export interface MetricsSource {
  readonly totals: readonly CounterTotal[];
  readonly gauges: readonly Gauge[];
}

/**
 * `GET /metrics` for whoever has the token. Without one, for this machine alone: what a proxy on this
 * machine passes on came from elsewhere.
 */
export function metricsListener(options: {
  readonly token: string | undefined;
  readonly log: Logger;
  readonly read: () => Promise<MetricsSource>;
}): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const refusal = refusalOf(request, options.token);
    if (refusal !== null) {
      answer(response, 401, refusal, { "www-authenticate": "Bearer" });
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      answer(response, 405, "Metrics are read with GET.", { allow: "GET, HEAD" });
      return;
    }
    options.read().then(
      ({ totals, gauges }) => {
        answer(response, 200, renderMetrics(totals, gauges), {
          "content-type": "text/plain; version=0.0.4; charset=utf-8",
        });
      },
      (error: unknown) => {
        options.log.warn({ err: error }, "metrics could not be read");
        answer(response, 503, "The database does not answer.");
      },
    );
  };
}

function refusalOf(request: IncomingMessage, token: string | undefined): string | null {
  if (token !== undefined)
    return sameText(request.headers.authorization ?? "", `Bearer ${token}`)
      ? null
      : "Send the METRICS_TOKEN: Authorization: Bearer ...";
  const { remoteAddress = "" } = request.socket;
  const here = /^(?:::ffff:)?127\.|^::1$/.test(remoteAddress);
  const passedOn = "x-forwarded-for" in request.headers || "forwarded" in request.headers;
  return here && !passedOn
    ? null
    : "Only this machine may read metrics. Set METRICS_TOKEN to read them from elsewhere.";
}

/** Takes the same time wherever two texts differ. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers });
  response.end(text);
}
