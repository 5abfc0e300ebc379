import { createHmac, timingSafeEqual } from "node:crypto";
import { closeSync, createReadStream, existsSync, mkdirSync, mkdtempSync, openSync } from "node:fs";
import { rmSync, statSync, truncateSync, writeSync } from "node:fs";
import type { Readable } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BulkOperationRow, ShopRow } from "../state/model.ts";

/** Where results are fetched; like Shopify's storage it asks for no token but a signed address. */
export const RESULT_PATH = "/bulk-operation-outputs/";

const LONGEST_BUFFER = 256 * 1024;

/** A result being written. */
export type ResultWriter = {
  add(line: string): void;
  /** Bytes so far, those not on the disk yet included. */
  size(): number;
  flush(): void;
  close(): void;
};

/** The files bulk operations leave, one per operation. */
export type ResultFiles = {
  create(fileName: string): ResultWriter;
  remove(fileName: string): void;
  sizeOf(fileName: string): number | undefined;
  /** Cuts the file off after so many bytes, as a storage that lost the rest. */
  truncate(fileName: string, bytes: number): void;
  read(fileName: string, range: { from: number; to: number }): Readable;
  /** Removes what must not outlive the process. */
  close(): void;
};

/** Files in `folder`, which is made when it is first needed; without one, in a temporary folder. */
export function createResultFiles(folder: string | undefined): ResultFiles {
  let temporary: string | undefined;
  const pathOf = (fileName: string) => {
    if (folder === undefined) temporary ??= mkdtempSync(join(tmpdir(), "twin-bulk-"));
    const home = folder ?? temporary ?? "";
    mkdirSync(home, { recursive: true });
    return join(home, fileName);
  };
  return {
    create: (fileName) => createWriter(pathOf(fileName)),
    remove: (fileName) => rmSync(pathOf(fileName), { force: true }),
    sizeOf(fileName) {
      const path = pathOf(fileName);
      return existsSync(path) ? statSync(path).size : undefined;
    },
    truncate: (fileName, bytes) => truncateSync(pathOf(fileName), bytes),
    read: (fileName, { from, to }) => createReadStream(pathOf(fileName), { start: from, end: to }),
    close() {
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    },
  };
}

function createWriter(path: string): ResultWriter {
  const file = openSync(path, "w");
  let waiting: string[] = [];
  let waitingLength = 0;
  let size = 0;
  const flush = () => {
    if (waiting.length === 0) return;
    writeSync(file, waiting.join(""));
    waiting = [];
    waitingLength = 0;
  };
  return {
    add(line) {
      waiting.push(line, "\n");
      waitingLength += line.length + 1;
      size += Buffer.byteLength(line) + 1;
      if (waitingLength > LONGEST_BUFFER) flush();
    },
    size: () => size,
    flush,
    close() {
      flush();
      closeSync(file);
    },
  };
}

/**
 * The address of a result, signed and good until the operation expires. It is one of the shop's own
 * domain, so that an app finds the twin behind it in the way it finds the rest of Shopify.
 */
export function resultUrl(shop: ShopRow, row: BulkOperationRow, secret: string): string | null {
  if (row.fileName === null || row.expiresAt === null) return null;
  const path = `${RESULT_PATH}${row.fileName}`;
  const expires = String(Math.floor(row.expiresAt / 1000));
  const name = `bulk-${row.id}.jsonl`;
  const query = new URLSearchParams({
    GoogleAccessId: "assets-prod@shopify-tiers.iam.gserviceaccount.com",
    Expires: expires,
    Signature: signature(path, expires, secret),
    "response-content-disposition": `attachment; filename="${name}"; filename*=UTF-8''${name}`,
    "response-content-type": "application/jsonl",
  });
  return `https://${shop.domain}${path}?${query.toString()}`;
}

/** Whether an address is one that `resultUrl` made; when it expires stands in it. */
export function isSignedResult(url: URL, secret: string): boolean {
  const given = Buffer.from(url.searchParams.get("Signature") ?? "");
  const expires = url.searchParams.get("Expires") ?? "";
  const wanted = Buffer.from(signature(url.pathname, expires, secret));
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function signature(path: string, expires: string, secret: string): string {
  return createHmac("sha256", `results of ${secret}`)
    .update(`${path}\n${expires}`)
    .digest("base64");
}
