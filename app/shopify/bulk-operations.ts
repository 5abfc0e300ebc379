import { type DocumentNode, print } from "graphql";
import { downloadResult } from "./bulk-result.ts";
import { ShopifyRefusedError, ShopifyUnavailableError } from "./errors.ts";
import {
  BulkOperationDocument,
  type BulkOperationQuery,
  CancelBulkOperationDocument,
  RecentBulkOperationsDocument,
  RunBulkQueryDocument,
} from "./generated/operations.ts";
import type { Graphql } from "./graphql-client.ts";

export { BulkResultError } from "./bulk-result.ts";

/** How far a bulk operation is. `url` null when completed: there was nothing to find. */
export type BulkProgress =
  | { readonly state: "running"; readonly objects: number }
  | {
      readonly state: "completed";
      readonly objects: number;
      readonly url: string | null;
      /** Null: not told. */
      readonly bytes: number | null;
    }
  /** `url`: what there was until then. `again`: starting anew may help. */
  | {
      readonly state: "failed";
      readonly objects: number;
      readonly url: string | null;
      readonly reason: string;
      readonly again: boolean;
    }
  /** By somebody else. */
  | { readonly state: "cancelled" }
  /** The result is not kept any more, or nobody knows the operation. */
  | { readonly state: "expired" };

/** Full reads in the background: Shopify gathers everything and leaves one file. */
export interface BulkOperations {
  /**
   * Starts one, or finds the one that was started under the same `mark` and not heard of. Null: five
   * are running, which is all Shopify allows one app in one shop; ask again later.
   */
  start(shop: string, query: DocumentNode, mark: string): Promise<string | null>;
  progress(shop: string, id: string): Promise<BulkProgress>;
  /** Asks for its end; one that is over stays as it is. */
  cancel(shop: string, id: string): Promise<void>;
  /**
   * The bytes of a result from an offset on, as they come, in constant memory. Ends early when the
   * connection does: compare what came with `bytes`, and go on from there.
   * @throws {BulkResultError}
   */
  download(url: string, fromByte: number): AsyncIterable<Uint8Array>;
}

const background = { priority: "reconciliation", patienceMs: 60_000 } as const;

/** @see BulkOperations. Errors are those of the GraphQL client. */
export function createBulkOperations(means: {
  readonly graphql: Graphql;
  readonly send: typeof fetch;
}): BulkOperations {
  const { graphql, send } = means;
  return {
    start: (shop, query, mark) => startOrFind(graphql, shop, query, mark),
    progress: async (shop, id) => {
      const { bulkOperation } = await graphql(shop, BulkOperationDocument, { id }, background);
      return progressOf(bulkOperation);
    },
    cancel: async (shop, id) => {
      await graphql(shop, CancelBulkOperationDocument, { id }, background);
    },
    download: (url, fromByte) => downloadResult(send, url, fromByte),
  };
}

/** A comment in the query: Shopify keeps the text as it was sent. */
function marked(query: DocumentNode, mark: string): string {
  return `# ${mark}\n${print(query)}`;
}

/**
 * A start whose answer was lost has happened or not: Shopify's own list says. So it is looked at
 * first, since every operation that nobody waits for takes one of five places.
 */
async function startOrFind(
  graphql: Graphql,
  shop: string,
  query: DocumentNode,
  mark: string,
): Promise<string | null> {
  const text = marked(query, mark);
  const { bulkOperations } = await graphql(shop, RecentBulkOperationsDocument, {}, background);
  const known = bulkOperations.nodes.find(
    (one) => one.query === text && (one.status === "CREATED" || one.status === "RUNNING"),
  );
  if (known) return known.id;
  const { bulkOperationRunQuery: answer } = await graphql(
    shop,
    RunBulkQueryDocument,
    { query: text },
    background,
  );
  if (answer?.bulkOperation) return answer.bulkOperation.id;
  const errors = answer?.userErrors ?? [];
  if (errors.some((one) => one.code === "OPERATION_IN_PROGRESS" || one.code === "LIMIT_REACHED"))
    return null;
  const [first] = errors;
  if (!first) throw new ShopifyUnavailableError(shop, "Shopify did not start a bulk operation.");
  throw new ShopifyRefusedError(
    shop,
    200,
    `Shopify did not start a bulk operation: ${first.message}`,
  );
}

const failures: Readonly<Record<string, { reason: string; again: boolean }>> = {
  ACCESS_DENIED: {
    reason: "Shopify does not let Converge read this data: a permission is missing.",
    again: false,
  },
  INTERNAL_SERVER_ERROR: { reason: "Shopify's bulk operation failed.", again: true },
  TIMEOUT: { reason: "Shopify's bulk operation took too long.", again: true },
};

function progressOf(operation: BulkOperationQuery["bulkOperation"]): BulkProgress {
  if (operation === null) return { state: "expired" };
  const objects = Number(operation.objectCount);
  switch (operation.status) {
    case "CREATED":
    case "RUNNING":
    case "CANCELING":
      return { state: "running", objects };
    case "COMPLETED": {
      const bytes = operation.fileSize === null ? null : Number(operation.fileSize);
      return { state: "completed", objects, url: operation.url, bytes };
    }
    case "CANCELED":
      return { state: "cancelled" };
    case "EXPIRED":
      return { state: "expired" };
    case "FAILED": {
      const known = failures[operation.errorCode ?? ""] ?? failures["INTERNAL_SERVER_ERROR"];
      const { reason = "", again = true } = known ?? {};
      return { state: "failed", objects, url: operation.partialDataUrl, reason, again };
    }
  }
}
