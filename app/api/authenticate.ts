import { getShop } from "#app/shops/index.server.ts";
import { holderOf } from "#app/systems/index.server.ts";
import type { ApiDeps, Caller } from "./endpoint.ts";
import { Problem } from "./problem.ts";

/**
 * Who is asking, by the bearer token: an API key speaks for its system, a Shopify session token for
 * the merchant. @throws Problem 401
 */
export async function authenticate(
  deps: Pick<ApiDeps, "db" | "shopify">,
  authorization: string | undefined,
): Promise<Caller> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined)
    throw new Problem(401, "Send an API key or a Shopify session token: Authorization: Bearer ….");
  const caller = token.startsWith("cvk_")
    ? await callerOfKey(deps, token)
    : await callerOfSession(deps, token);
  if (!caller) throw new Problem(401, "This key or token is not valid, or not any more.");
  if (!(await getShop(deps.db, caller.shop)))
    throw new Problem(401, "Converge is not installed in this store.");
  return caller;
}

async function callerOfKey(deps: Pick<ApiDeps, "db">, key: string): Promise<Caller | null> {
  const holder = await holderOf(deps.db, key);
  return holder && { ...holder, actor: `system:${holder.systemId}` };
}

async function callerOfSession(
  deps: Pick<ApiDeps, "shopify">,
  token: string,
): Promise<Caller | null> {
  const holder = await deps.shopify.readSessionToken(token);
  return holder && { shop: holder.shop, actor: `user:${holder.userId}`, systemId: null };
}
