import { type Client, clientFor } from "#test/twin-conformance/support.ts";
import type { StoreReady } from "./store.ts";

/** A client of the store that counts what it has cost, in points of Shopify's API budget. */
export function countingClient({ shopify, token }: StoreReady): {
  readonly ask: Client;
  points(): number;
} {
  const client = clientFor(shopify, token);
  let points = 0;
  return {
    points: () => points,
    ask: async (query, variables) => {
      const answer = await client(query, variables);
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      points += answer.extensions?.cost.actualQueryCost ?? 0;
      return answer;
    },
  };
}
