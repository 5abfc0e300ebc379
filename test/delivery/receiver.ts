import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** One delivery as it arrived. */
export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: ReceivedBody;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** The part of a body that tests look at. */
export interface ReceivedBody {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly resource: { readonly id: string; readonly version: string } | null;
  readonly data: Record<string, unknown>;
}

/** What to answer, and after which time. */
export interface Reaction {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly text?: string;
  readonly delayMs?: number;
}

/** A receiver that does what a test says. */
export interface Receiver {
  readonly url: string;
  /** Everything that arrived, oldest first. */
  readonly requests: ReceivedRequest[];
  /** Decides the answer to each request; `hang`: none; `drop`: the connection is cut. */
  react: (request: ReceivedRequest) => Reaction | "hang" | "drop";
  /** The most requests there ever were at once: in all, and of one resource. */
  readonly overlap: { all: number; perResource: number };
  close(): Promise<void>;
}

/** Starts a receiver on loopback that acknowledges everything until told otherwise. */
export async function startReceiver(): Promise<Receiver> {
  const open: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const body = JSON.parse(text) as ReceivedBody;
      const received = { headers: request.headers, text, body, atMs: Date.now() };
      const key = body.resource?.id ?? "none";
      open.push(key);
      receiver.overlap.all = Math.max(receiver.overlap.all, open.length);
      receiver.overlap.perResource = Math.max(
        receiver.overlap.perResource,
        open.filter((other) => other === key).length,
      );
      receiver.requests.push(received);
      response.once("close", () => open.splice(open.indexOf(key), 1));
      const reaction = receiver.react(received);
      if (reaction === "hang") return;
      if (reaction === "drop") {
        request.socket.destroy();
        return;
      }
      void sleep(reaction.delayMs ?? 0).then(() => {
        response.writeHead(reaction.status, reaction.headers).end(reaction.text ?? "");
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver: Receiver = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`,
    requests: [],
    react: () => ({ status: 200 }),
    overlap: { all: 0, perResource: 0 },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}
