import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";

/** A tiny embedded app to try the admin with; it remembers what it was asked. */
export interface SampleApp {
  url: string;
  /** Query of every document the admin opened, newest last. */
  launches: URLSearchParams[];
  /** Session token of every `/api` request, newest last; "" when there was none. */
  tokens: string[];
  close(): Promise<void>;
}

const page = new URL("./sample-app.html", import.meta.url);

/**
 * Starts the app. Its pages load App Bridge from `bridgeUrl()`, asked at each request because the
 * twin starts later. A document without `id_token` goes over a bounce page, as the library does.
 */
export async function startSampleApp(bridgeUrl: () => string): Promise<SampleApp> {
  const launches: URLSearchParams[] = [];
  const tokens: string[] = [];
  const document = async (): Promise<string> =>
    (await readFile(page, "utf8")).replace("BRIDGE_URL", bridgeUrl());

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? "/", "http://app.invalid");
    if (url.pathname === "/bounce") {
      const script = `<script data-api-key="key" src="${bridgeUrl()}"></script>`;
      res.writeHead(200, { "content-type": "text/html" }).end(script);
    } else if (url.pathname.startsWith("/api/")) {
      answerCall(req, res, tokens);
    } else if (url.searchParams.has("id_token")) {
      launches.push(url.searchParams);
      res.writeHead(200, { "content-type": "text/html" }).end(await document());
    } else {
      url.searchParams.set("shopify-reload", url.pathname + url.search);
      res.writeHead(302, { location: `/bounce?${url.searchParams}` }).end();
    }
  }

  const server = createServer((req, res) => void answer(req, res));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    launches,
    tokens,
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The first call of every pair is refused as if its token had just expired. */
function answerCall(req: IncomingMessage, res: ServerResponse, tokens: string[]): void {
  tokens.push(req.headers.authorization?.replace(/^Bearer /, "") ?? "");
  req.resume();
  if (tokens.length % 2 === 1) {
    res.writeHead(401, { "x-shopify-retry-invalid-session-request": "1" }).end();
  } else {
    res.writeHead(200).end(`token ${tokens.length} accepted`);
  }
}
