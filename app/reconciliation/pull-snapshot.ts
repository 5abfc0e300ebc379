import { v7 as uuidv7 } from "uuid";
import { Webhook } from "standardwebhooks";
import type { DataDomain } from "#app/data-domains.ts";
import type { Egress } from "#app/egress/index.server.ts";
import { getSystem, loadDestination } from "#app/systems/index.server.ts";
import { type SnapshotDeps, takeSnapshot } from "./take-snapshot.ts";
import type { SnapshotView } from "./types.ts";

/** What reading a snapshot from a system takes. */
export interface PullDeps extends SnapshotDeps {
  readonly egress: Pick<Egress, "get">;
}

/** A system did not give its snapshot; the message is for the merchant. */
export class SnapshotNotReadError extends Error {
  override readonly name = "SnapshotNotReadError";
}

/** Until a page begins, and between two pieces of it. */
const patienceMs = 60_000;
/** A system whose pages never end is broken. */
const mostPages = 100_000;

/**
 * Reads a system's full state from its snapshot URL, page by page (RFC 8288), as one stream; like a
 * pushed one it counts once its last page is here. Null: the system has no such URL, or is gone.
 * @throws {SnapshotNotReadError} and what `takeSnapshot` throws
 */
export async function pullSnapshot(
  deps: PullDeps,
  shop: string,
  systemId: string,
  domain: DataDomain,
): Promise<SnapshotView | null> {
  const system = await loadDestination(deps.db, deps.vault, systemId, deps.clock.now());
  const address = (await getSystem(deps.db, shop, systemId))?.snapshotUrl ?? null;
  if (system?.shop !== shop || address === null) return null;
  const first = new URL(address);
  first.searchParams.set("domain", domain);
  first.searchParams.set("shop", shop);
  const pages = readPages(deps, first, system.secrets);
  return takeSnapshot(deps, { shop, systemId, domain, source: "pulled" }, pages);
}

async function* readPages(
  deps: PullDeps,
  first: URL,
  secrets: readonly string[],
): AsyncGenerator<Uint8Array> {
  let url: URL | null = first;
  for (let page = 1; url !== null; page += 1) {
    if (page > mostPages) throw new SnapshotNotReadError("The snapshot's pages do not end.");
    const answer = await deps.egress.get({
      url: url.href,
      headers: signed(url, secrets, deps.clock.now()),
      timeoutMs: patienceMs,
    });
    if (answer.kind !== "answered") throw new SnapshotNotReadError(answer.reason);
    if (answer.status !== 200) {
      answer.close();
      throw new SnapshotNotReadError(
        `The system answered ${String(answer.status)} for page ${String(page)} of its snapshot.`,
      );
    }
    yield* bodyOf(answer.body, page);
    // A page need not end its last line.
    yield lineEnd;
    url = nextOf(answer.link, url);
  }
}

const lineEnd = Buffer.from("\n");

async function* bodyOf(body: AsyncIterable<Uint8Array>, page: number): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    const message = `Page ${String(page)} of the snapshot was cut off.`;
    throw new SnapshotNotReadError(message, { cause });
  }
}

/** The headers of Standard Webhooks; as a GET has no body, the path with its query is signed. */
function signed(url: URL, secrets: readonly string[], nowMs: number): Record<string, string> {
  const id = `snap_${uuidv7({ msecs: nowMs })}`;
  const at = new Date(nowMs);
  const target = `${url.pathname}${url.search}`;
  return {
    accept: "application/x-ndjson",
    "user-agent": "Converge/1",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(nowMs / 1000)),
    "webhook-signature": secrets
      .map((secret) => new Webhook(secret).sign(id, at, target))
      .join(" "),
  };
}

/**
 * Where the next page is; null after the last. Only on the same origin: the signature is for this
 * system alone. https://www.rfc-editor.org/rfc/rfc8288#section-3
 */
export function nextOf(link: string | null, current: URL): URL | null {
  for (const [, target = "", parameters = ""] of (link ?? "").matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters)) continue;
    if (!URL.canParse(target, current.href)) break;
    const next = new URL(target, current.href);
    if (next.origin === current.origin) return next;
    throw new SnapshotNotReadError("The snapshot's next page is on another server.");
  }
  return null;
}
