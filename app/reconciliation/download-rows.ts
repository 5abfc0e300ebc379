import type { Vault } from "#app/vault/index.server.ts";
import { BulkResultError } from "#app/shopify/index.server.ts";
import { askAgain, mostBulkTries } from "./ask-shopify.ts";
import { comparedDomain, type ShopifyRecord } from "./compared-domains.ts";
import { isPersonal } from "./keep-private.ts";
import { readLines } from "./read-lines.ts";
import type { RunDeps } from "./run-deps.ts";
import { isStaged, type StagedRow, stageRows } from "./row-store.ts";
import { moveRun, type RunRow } from "./run-store.ts";
import type { Step } from "./step.ts";

/** Lines stored in one transaction. */
const linesAtOnce = 1_000;
/** A product with a long description is a long line. */
const longestObject = 4 * 1024 * 1024;
/** Downloads in a row that bring nothing before another bulk operation is begun. */
const mostStalls = 3;

/** What a row's body is sealed for. */
export function rowPurpose(runId: string, id: string): string {
  return `reconciliation:${runId}:${id}`;
}

/**
 * The second phase: the result file goes into a table, line by line, each batch with the offset
 * behind it. Cut off, it goes on from there; when the rest never comes, Shopify is asked again.
 */
export async function downloadRows(deps: RunDeps, given: RunRow): Promise<Step> {
  let run = given;
  if (!(await isStaged(deps.db, run.id))) run = await beginStaging(deps, run);
  const { resultUrl } = run.work;
  if (resultUrl === undefined) return { run: await toComparison(deps, run) };
  const before = run.work.storedBytes ?? 0;
  let gone = false;
  try {
    run = await storeLines(deps, run, resultUrl);
  } catch (error) {
    if (!(error instanceof BulkResultError)) throw error;
    gone = error.gone;
  }
  if (isComplete(run)) return { run: await toComparison(deps, run) };
  const stalls = (run.work.storedBytes ?? 0) > before ? 0 : (run.work.stalls ?? 0) + 1;
  if (gone || stalls > mostStalls) return giveUpOn(deps, run);
  return {
    run: await moveRun(deps.db, run, { work: { stalls } }, deps.clock.now()),
    waitSeconds: 2 ** stalls,
  };
}

/** Either for the first time, or again: Postgres forgets unlogged rows in a crash of its own. */
async function beginStaging(deps: RunDeps, run: RunRow): Promise<RunRow> {
  return deps.db.transaction(async (tx) => {
    await stageRows(tx, run.id, []);
    const work = { storedBytes: 0, storedLines: 0, storedRows: 0 };
    return moveRun(tx, run, { work }, deps.clock.now());
  });
}

async function storeLines(deps: RunDeps, given: RunRow, url: string): Promise<RunRow> {
  const domain = comparedDomain(given.domain);
  let run = given;
  let records: ShopifyRecord[] = [];
  let bytes = run.work.storedBytes ?? 0;
  let lines = run.work.storedLines ?? 0;
  const store = async () => {
    const rows = uniqueRows(deps.vault, run, records);
    records = [];
    run = await deps.db.transaction(async (tx) => {
      const fresh = await stageRows(tx, run.id, rows);
      const storedRows = (run.work.storedRows ?? 0) + fresh;
      const work = { storedBytes: bytes, storedLines: lines, storedRows, stalls: 0 };
      return moveRun(tx, run, { work }, deps.clock.now());
    });
  };
  for await (const line of readLines(deps.shopify.bulk.download(url, bytes), longestObject)) {
    // Half a line may be half a number: it is read again as a whole.
    if (!line.ended && bytes + line.bytes !== run.work.resultBytes) break;
    bytes += line.bytes;
    lines += 1;
    if (line.text !== null && line.text !== "")
      records.push(...domain.recordsOf(JSON.parse(line.text) as Record<string, unknown>));
    if (lines % linesAtOnce === 0) await store();
  }
  if (bytes > (run.work.storedBytes ?? 0)) await store();
  return run;
}

function uniqueRows(vault: Vault, run: RunRow, records: readonly ShopifyRecord[]): StagedRow[] {
  const personal = isPersonal(run.domain);
  return [...new Map(records.map((record) => [record.id, record])).values()].map((record) => {
    const text = JSON.stringify(record.read.body);
    return {
      id: record.id,
      sku: record.sku,
      itemId: record.itemId,
      locationId: record.locationId,
      quantity: record.quantity,
      version: record.read.version,
      body: personal ? vault.seal(text, rowPurpose(run.id, record.id)) : Buffer.from(text),
    };
  });
}

/** What a row says, opened. */
export function bodyOf(vault: Vault, run: RunRow, row: StagedRow): Record<string, unknown> {
  const plain = isPersonal(run.domain)
    ? vault.open(row.body, rowPurpose(run.id, row.id))
    : row.body;
  return JSON.parse(plain.toString("utf8")) as Record<string, unknown>;
}

function isComplete({ work }: RunRow): boolean {
  if (work.partial === true) return (work.storedLines ?? 0) >= (work.objects ?? 0);
  return typeof work.resultBytes === "number"
    ? (work.storedBytes ?? 0) >= work.resultBytes
    : (work.storedLines ?? 0) >= (work.objects ?? 0);
}

async function giveUpOn(deps: RunDeps, run: RunRow): Promise<Step> {
  if ((run.work.bulkTries ?? 0) < mostBulkTries) return { run: await askAgain(deps, run) };
  const partial = await moveRun(deps.db, run, { work: { partial: true } }, deps.clock.now());
  return { run: await toComparison(deps, partial) };
}

function toComparison(deps: RunDeps, run: RunRow): Promise<RunRow> {
  const note =
    run.work.partial === true
      ? "Shopify gave only part of its data. What is not in it was not judged."
      : null;
  const work = { part: "rows" as const, after: "" };
  return moveRun(deps.db, run, { phase: "compare", work, note }, deps.clock.now());
}
