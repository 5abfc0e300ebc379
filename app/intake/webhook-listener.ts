import type { IncomingMessage, ServerResponse } from "node:http";
import type { Intake } from "./receive-webhook.ts";
import type { WebhookOutcome } from "./types.ts";

/** Shopify's largest bodies are a few megabytes; beyond this nobody reads on. */
export const maxBodyBytes = 10 * 1024 * 1024;

/**
 * `POST /webhooks` as a bare Node listener: no framework stands between the socket and the raw bytes
 * the signature is about.
 */
export function webhookListener(
  intake: Intake,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (request.method !== "POST") {
      answer(response, 405, "Webhooks are sent with POST.", { allow: "POST" });
      request.resume();
      return;
    }
    if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) {
      tooLarge(request, response);
      return;
    }
    readBody(request, response, (body) => {
      void intake.receive({ headers: request.headers, body }).then((outcome) => {
        answerOutcome(response, outcome);
      });
    });
  };
}

function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  done: (body: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) {
      chunks.length = 0;
      request.removeAllListeners("end");
      request.removeAllListeners("data");
      tooLarge(request, response);
      return;
    }
    chunks.push(chunk);
  });
  request.on("end", () => {
    done(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
  });
  // A sender that hangs up in mid-body gets no answer and leaves nothing behind.
  request.on("error", () => response.destroy());
}

function tooLarge(request: IncomingMessage, response: ServerResponse): void {
  answer(response, 413, "The body is larger than 10 MiB.", { connection: "close" });
  request.resume();
}

function answerOutcome(response: ServerResponse, outcome: WebhookOutcome): void {
  switch (outcome.outcome) {
    case "accepted":
    case "duplicate":
    case "not_installed":
      acknowledge(response);
      return;
    case "bad_signature":
      answer(response, 401, `The signature is ${outcome.cause}.`);
      return;
    case "bad_header":
      answer(response, 400, `The header ${outcome.header} ${outcome.problem}.`);
      return;
    case "unavailable":
      answer(response, 503, "Not stored; send it again.", {
        "retry-after": String(outcome.retryAfterSeconds),
      });
      return;
  }
}

const nothing = { "content-length": "0" };

function acknowledge(response: ServerResponse): void {
  if (!response.headersSent && !response.destroyed) response.writeHead(200, nothing).end();
}

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    ...headers,
  });
  response.end(text);
}
