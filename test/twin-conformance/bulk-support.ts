import type { Twin } from "#test/twin/types.ts";
import { at, type Client, NORTH } from "./support.ts";

export type BulkOperation = {
  id: string;
  status: string;
  errorCode: string | null;
  objectCount: string;
  rootObjectCount: string;
  fileSize: string | null;
  url: string | null;
  partialDataUrl: string | null;
  createdAt: string;
  completedAt: string | null;
  type: string;
  query: string;
};

export type BulkError = { field: string[] | null; message: string; code: string };

const FIELDS = `id status errorCode objectCount rootObjectCount fileSize url partialDataUrl
  createdAt completedAt type query`;

/** Asks for a bulk query; nothing is thrown when it is refused. */
export async function runBulk(client: Client, query: string, groupObjects = false) {
  const answer = await client(
    `mutation($query: String!, $groupObjects: Boolean!) {
      bulkOperationRunQuery(query: $query, groupObjects: $groupObjects) {
        bulkOperation { ${FIELDS} } userErrors { field message code }
      }
    }`,
    { query, groupObjects },
  );
  return at<{ bulkOperation: BulkOperation | null; userErrors: BulkError[] }>(
    answer,
    "bulkOperationRunQuery",
  );
}

/** The operation of an accepted query. */
export async function startBulk(client: Client, query: string, groupObjects = false) {
  const { bulkOperation, userErrors } = await runBulk(client, query, groupObjects);
  if (!bulkOperation) throw new Error(JSON.stringify(userErrors));
  return bulkOperation;
}

export async function readBulk(client: Client, id: string): Promise<BulkOperation> {
  const answer = await client(`query($id: ID!) { bulkOperation(id: $id) { ${FIELDS} } }`, { id });
  return at<BulkOperation>(answer, "bulkOperation");
}

/** Polls until an operation has come to an end. */
export async function endedBulk(client: Client, id: string): Promise<BulkOperation> {
  for (;;) {
    const operation = await readBulk(client, id);
    if (!["CREATED", "RUNNING", "CANCELING"].includes(operation.status)) return operation;
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Fetches a result as an app behind the twin seam does: same path, the shop in a header. */
export function fetchResult(
  twin: Twin,
  address: string | null,
  headers: Record<string, string> = {},
): Promise<Response> {
  const url = new URL(address ?? "");
  return fetch(`${twin.url}${url.pathname}${url.search}`, {
    headers: { "x-twin-shop": NORTH, ...headers },
  });
}

export type ResultLine = Record<string, unknown> & { id: string; __parentId?: string };

/** The lines of a result. */
export async function resultLines(twin: Twin, address: string | null): Promise<ResultLine[]> {
  const text = await (await fetchResult(twin, address)).text();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as ResultLine);
}
