import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

/** What to send back; `ServerResponse` stays with the server. */
export interface Answer {
  status: number;
  headers?: OutgoingHttpHeaders;
  body: string;
}

/** A JSON answer. */
export function json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** Writes an answer; nothing a demo system says may be cached. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { "cache-control": "no-store", ...answer.headers });
  response.end(answer.body);
}
