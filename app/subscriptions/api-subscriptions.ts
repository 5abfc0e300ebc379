import {
  CreateSubscriptionDocument,
  DeleteSubscriptionDocument,
  type Shopify,
  type SubscriptionTopic,
  WebhookSubscriptionPageDocument,
  type WebhookSubscriptionPageQuery,
  withPriority,
} from "#app/shopify/index.server.ts";
import { type ApiSubscription, substitutePrefix } from "./judge-topic.ts";

type Speaker = Pick<Shopify, "graphql">;

/** `orders/partially_fulfilled` as the API writes it, `ORDERS_PARTIALLY_FULFILLED`. Pure. */
export function enumOf(topic: string): SubscriptionTopic {
  return topic.replace("/", "_").toUpperCase() as SubscriptionTopic;
}

/** Every subscription made through the API, all pages of them. `topics`: those with a known name. */
export async function listSubscriptions(
  shopify: Speaker,
  shop: string,
  topics: readonly string[],
): Promise<ApiSubscription[]> {
  const names = new Map(topics.map((topic) => [enumOf(topic) as string, topic]));
  const graphql = withPriority(shopify.graphql, "polling");
  const found: ApiSubscription[] = [];
  let after: string | null = null;
  do {
    const page: WebhookSubscriptionPageQuery = await graphql(
      shop,
      WebhookSubscriptionPageDocument,
      { after },
    );
    const { nodes, pageInfo } = page.webhookSubscriptions;
    for (const { id, topic, uri, name, apiVersion } of nodes)
      found.push({
        id,
        topic: names.get(topic) ?? topic.toLowerCase(),
        uri,
        name: name ?? null,
        apiVersion: apiVersion.handle,
      });
    after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  return found;
}

/**
 * Makes the substitute of a topic; made twice, there is one, since its name is taken. Returns its id,
 * or why there is none.
 */
export async function createSubstitute(
  shopify: Speaker,
  shop: string,
  topic: string,
  uri: string,
): Promise<{ readonly id: string } | { readonly refusal: string }> {
  const name = substitutePrefix + topic.replace("/", "-");
  const variables = { topic: enumOf(topic), uri, name };
  const { webhookSubscriptionCreate: answer } = await shopify.graphql(
    shop,
    CreateSubscriptionDocument,
    variables,
  );
  const id = answer?.webhookSubscription?.id;
  if (id) return { id };
  // Somebody was faster, or the answer to an earlier try was lost.
  const twin = (await listSubscriptions(shopify, shop, [topic])).find((one) => one.name === name);
  if (twin?.uri === uri) return { id: twin.id };
  const refusal = answer?.userErrors.map((error) => error.message).join(" ");
  return { refusal: refusal === undefined || refusal === "" ? "No reason given." : refusal };
}

/** Deletes a subscription; one that is gone already is as good as deleted. */
export async function deleteSubscription(
  shopify: Speaker,
  shop: string,
  id: string,
): Promise<void> {
  await shopify.graphql(shop, DeleteSubscriptionDocument, { id });
}
