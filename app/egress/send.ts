import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { Agent, request } from "undici";
import { isPublicAddress, refusalOfUrl } from "./destination-rules.ts";

/** A POST to a destination. */
export interface EgressRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For everything: name, connection, answer and its body. */
  readonly timeoutMs: number;
}

/** How a destination answered, or why there is no answer. Never thrown. */
export type EgressAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfter: string | null;
      /** The start of the answer's body, at most 16 KiB. */
      readonly text: string;
    }
  | NoAnswer;

/** Refused: the rules forbid the destination, so that asking again will not help. */
type NoAnswer =
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** A page to read. `timeoutMs`: until its headers are there, and between two pieces of its body. */
export type EgressReading = Omit<EgressRequest, "body">;

/** A page that is there, or why not. Its body has to be read to its end or `close`d. */
export type EgressPage =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfter: string | null;
      /** RFC 8288. */
      readonly link: string | null;
      readonly body: AsyncIterable<Uint8Array>;
      close(): void;
    }
  | NoAnswer;

/** The way out. */
export interface Egress {
  post(request: EgressRequest): Promise<EgressAnswer>;
  /** Reads a page of any length as it comes. */
  get(request: EgressReading): Promise<EgressPage>;
  readonly allowPrivate: boolean;
  close(): Promise<void>;
}

const keptBytes = 16 * 1024;
const refusedCode = "CONVERGE_PRIVATE_ADDRESS";

/** @see EgressAnswer; connections are kept alive per destination. */
export function createEgress(options: { readonly allowPrivate: boolean }): Egress {
  const agent = new Agent({
    connections: 64,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    connect: { timeout: 10_000, lookup: options.allowPrivate ? systemLookup : publicOnlyLookup },
  });
  return {
    allowPrivate: options.allowPrivate,
    post: (outgoing) => post(agent, outgoing, options.allowPrivate),
    get: (outgoing) => get(agent, outgoing, options.allowPrivate),
    close: () => agent.destroy(),
  };
}

/** Looks a name up and refuses it when any of its addresses is not public (a rebinding name has both). */
const publicOnlyLookup: LookupFunction = (hostname, lookupOptions, callback) => {
  systemLookup(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
    if (error) {
      callback(error, "", 0);
      return;
    }
    const hidden = addresses.find(({ address }) => !isPublicAddress(address));
    const [first] = addresses;
    if (hidden || !first) {
      const refusal: NodeJS.ErrnoException = new Error(
        `The name ${hostname} leads to a private address and cannot be used.`,
      );
      refusal.code = refusedCode;
      callback(refusal, "", 0);
      return;
    }
    if (lookupOptions.all) (callback as unknown as AllCallback)(null, addresses);
    else callback(null, first.address, first.family);
  });
};

type AllCallback = (error: null, addresses: { address: string; family: number }[]) => void;

async function post(
  agent: Agent,
  outgoing: EgressRequest,
  allowPrivate: boolean,
): Promise<EgressAnswer> {
  const refusal = refusalOfUrl(outgoing.url, allowPrivate);
  if (refusal !== null) return { kind: "refused", reason: refusal };
  const deadline = AbortSignal.timeout(outgoing.timeoutMs);
  try {
    const response = await request(outgoing.url, {
      method: "POST",
      headers: outgoing.headers,
      body: outgoing.body,
      dispatcher: agent,
      signal: deadline,
    });
    const retryAfter = response.headers["retry-after"];
    return {
      kind: "answered",
      status: response.statusCode,
      retryAfter: typeof retryAfter === "string" ? retryAfter : null,
      text: await firstBytes(response.body),
    };
  } catch (error) {
    if (deadline.aborted)
      return { kind: "failed", reason: `No answer within ${String(outgoing.timeoutMs)} ms.` };
    return failure(error);
  }
}

async function get(
  agent: Agent,
  { url, headers, timeoutMs }: EgressReading,
  allowPrivate: boolean,
): Promise<EgressPage> {
  const refusal = refusalOfUrl(url, allowPrivate);
  if (refusal !== null) return { kind: "refused", reason: refusal };
  try {
    const response = await request(url, {
      method: "GET",
      headers,
      dispatcher: agent,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    const header = (name: string) => {
      const value = response.headers[name];
      return typeof value === "string" ? value : null;
    };
    return {
      kind: "answered",
      status: response.statusCode,
      retryAfter: header("retry-after"),
      link: header("link"),
      body: response.body,
      close: () => {
        // Destroying it on purpose is no failure of anybody's.
        response.body.on("error", () => undefined).destroy();
      },
    };
  } catch (error) {
    return failure(error);
  }
}

async function firstBytes(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop destroys the stream: a destination cannot keep us reading for ever.
    if (bytes >= keptBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, keptBytes).toString("utf8");
}

function failure(error: unknown): NoAnswer {
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const message = error instanceof Error ? error.message : String(error);
  if (code === refusedCode) return { kind: "refused", reason: message };
  return {
    kind: "failed",
    reason: plainWords[code] ?? `The connection failed: ${message || code}`,
  };
}

const plainWords: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_TIMEOUT: "There was no answer in time.",
  UND_ERR_BODY_TIMEOUT: "The answer stopped in the middle.",
  ECONNREFUSED: "Nothing answers at this address (connection refused).",
  ECONNRESET: "The connection was cut while sending.",
  UND_ERR_SOCKET: "The connection was cut while sending.",
  UND_ERR_CONNECT_TIMEOUT: "The address could not be reached in time.",
  ENOTFOUND: "The name in the address does not exist.",
  EAI_AGAIN: "The name in the address could not be looked up.",
};
