import type { ReadsDeps } from "#app/intake/index.server.ts";
import { receiveReads } from "#app/intake/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { type Shopify, withPriority } from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { readResource } from "./read-resource.ts";

/** What reading one resource again takes. */
export interface ConfirmDeps extends ReadsDeps {
  readonly shopify: Pick<Shopify, "graphql">;
}

/**
 * Reads one resource by its id and takes in what Shopify says, like any other news of it. Run twice,
 * the second read is as true as the first. A resource that is gone is taken in as deleted, where
 * there are deletions of its kind.
 * @throws every error of the Shopify client: the job comes back.
 */
export async function confirmResource(
  deps: ConfirmDeps,
  job: JobPayload<"confirm-resource">,
): Promise<void> {
  const { shop, resource, correlationId } = job;
  if (!(await getShop(deps.db, shop))) return;
  const readAtMs = deps.clock.now();
  const graphql = withPriority(deps.shopify.graphql, "confirm");
  const read = await readResource({ graphql }, shop, resource, readAtMs);
  if (read === null) return;
  await receiveReads(deps, [
    {
      shop,
      source: "poll",
      // Every read of its own: what was true before may be true again.
      deliveryKey: `${resource.id}@${read.version}@${String(readAtMs)}`,
      resource,
      readAtMs,
      correlationId,
      ...read,
    },
  ]);
}
