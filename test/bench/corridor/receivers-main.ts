import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";
import { portOf } from "#test/bench/intake/servers/listen.ts";

/**
 * The systems at the end of the corridor, all in one process: each path checks the signature with its
 * own secret, reads the body and acknowledges. `GET /counts` tells how many different deliveries
 * were acknowledged, and when the last one was.
 */
const secrets = JSON.parse(process.env["SECRETS"] ?? "{}") as Record<string, string>;
const verifiers = new Map(Object.entries(secrets).map(([name, key]) => [name, new Webhook(key)]));
/** How long a path takes for each, in ms. */
const answerMs = JSON.parse(process.env["ANSWER_MS"] ?? "{}") as Record<string, number>;
const seen = new Map<string, Set<string>>();
let lastMs = 0;
let requests = 0;

createServer((request, response) => {
  const url = request.url ?? "";
  if (request.method === "GET") {
    const distinct = [...seen.values()].reduce((sum, ids) => sum + ids.size, 0);
    response.end(JSON.stringify({ distinct, requests, lastMs }));
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    try {
      verifiers.get(url)?.verify(body, request.headers as Record<string, string>);
    } catch {
      response.writeHead(401).end();
      return;
    }
    requests += 1;
    const ids = seen.get(url) ?? new Set<string>();
    seen.set(url, ids.add(String(request.headers["webhook-id"])));
    lastMs = Date.now();
    const acknowledge = () => response.writeHead(200).end();
    const waitMs = answerMs[url] ?? 0;
    if (waitMs > 0) setTimeout(acknowledge, waitMs);
    else acknowledge();
  });
}).listen(portOf(process.env), "127.0.0.1");
