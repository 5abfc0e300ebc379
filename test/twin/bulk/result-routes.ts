import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { RouteHandler } from "../types.ts";
import { isSignedResult, RESULT_PATH, type ResultFiles } from "./result-files.ts";

export type ResultRoutesOptions = {
  files: ResultFiles;
  secret: string;
  now: () => number;
  /** Everything is too old to be fetched. */
  allExpired: () => boolean;
  /** After which share of the file (0 to 1) this download breaks off; null: it does not. */
  breaksOffAt: () => number | null;
};

/**
 * Serves the results of bulk operations as a cloud storage does: no token, a signed address that
 * expires, ranges for those who want to go on where they stopped, errors in XML.
 */
export function resultRoutes(options: ResultRoutesOptions): RouteHandler {
  return async (req, res, url) => {
    if (!url.pathname.startsWith(RESULT_PATH)) return false;
    const refusal = refusalFor(options, req, url);
    if (refusal) sendXml(res, refusal.status, refusal.code, refusal.message);
    else await sendFile(options, req, res, url.pathname.slice(RESULT_PATH.length));
    return true;
  };
}

function refusalFor(
  { files, secret, now, allExpired }: ResultRoutesOptions,
  req: IncomingMessage,
  url: URL,
) {
  if (req.method !== "GET" && req.method !== "HEAD") {
    return { status: 405, code: "MethodNotAllowed", message: "Use GET." };
  }
  if (!isSignedResult(url, secret)) {
    const message = "Access denied. The signature does not match the address.";
    return { status: 403, code: "SignatureDoesNotMatch", message };
  }
  if (allExpired() || Number(url.searchParams.get("Expires")) * 1000 <= now()) {
    return { status: 400, code: "ExpiredToken", message: "The provided token has expired." };
  }
  if (files.sizeOf(url.pathname.slice(RESULT_PATH.length)) === undefined) {
    return { status: 404, code: "NoSuchKey", message: "The specified key does not exist." };
  }
  return undefined;
}

async function sendFile(
  { files, breaksOffAt }: ResultRoutesOptions,
  req: IncomingMessage,
  res: ServerResponse,
  fileName: string,
): Promise<void> {
  const size = files.sizeOf(fileName) ?? 0;
  const range = readRange(req.headers.range, size);
  if (range === "unsatisfiable") {
    res.setHeader("content-range", `bytes */${size}`);
    return sendXml(res, 416, "InvalidRange", "The requested range cannot be satisfied.");
  }
  const { from, to } = range ?? { from: 0, to: size - 1 };
  res.writeHead(range ? 206 : 200, {
    "content-type": "application/jsonl",
    "content-length": to - from + 1,
    "accept-ranges": "bytes",
    ...(range ? { "content-range": `bytes ${from}-${to}/${size}` } : {}),
  });
  if (req.method === "HEAD" || size === 0) return void res.end();
  const share = breaksOffAt();
  const last = share === null ? to : from + Math.floor((to - from) * share);
  try {
    await pipeline(files.read(fileName, { from, to: last }), res, { end: last === to });
  } catch (error) {
    // The reader went away in the middle: it will ask again if it still wants the file.
    if (!res.destroyed) throw error;
  }
  if (last !== to) res.destroy();
}

function readRange(
  header: string | undefined,
  size: number,
): { from: number; to: number } | "unsatisfiable" | null {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
  if (!match) return null;
  const from = Number(match[1]);
  const to = match[2] ? Math.min(Number(match[2]), size - 1) : size - 1;
  return from > to ? "unsatisfiable" : { from, to };
}

function sendXml(res: ServerResponse, status: number, code: string, message: string): void {
  res.writeHead(status, { "content-type": "application/xml; charset=UTF-8" });
  res.end(
    `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}
