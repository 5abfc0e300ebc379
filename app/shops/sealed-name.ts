import type { Vault } from "#app/vault/index.server.ts";

/** A shop's name that must not be readable where it stands: what is to forget the shop needs it last. */
const purpose = "shop-to-forget";

/** Seals a shop's name for a job. */
export function sealShopName(vault: Vault, shop: string): string {
  return vault.seal(shop, purpose).toString("base64");
}

/** @see sealShopName */
export function openShopName(vault: Vault, sealed: string): string {
  return vault.open(Buffer.from(sealed, "base64"), purpose).toString("utf8");
}
