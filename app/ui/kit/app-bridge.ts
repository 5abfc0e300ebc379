/** The part of Shopify's App Bridge this app calls itself. https://shopify.dev/docs/api/app-home */
interface AppBridge {
  readonly toast?: { show(message: string): void };
  readonly scopes?: {
    request(names: readonly string[]): Promise<{ readonly result: "granted-all" | "declined-all" }>;
  };
}

/** Shopify's App Bridge, where the page is framed by the admin. */
export function appBridge(): AppBridge | undefined {
  return (globalThis as { shopify?: AppBridge }).shopify;
}

/** Asks the merchant, in Shopify's own dialog, for permissions; false when they are not given. */
export async function requestScopes(names: readonly string[]): Promise<boolean> {
  const answer = await appBridge()?.scopes?.request(names);
  return answer?.result === "granted-all";
}
