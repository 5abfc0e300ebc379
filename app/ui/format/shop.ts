/** A store by the part of its address that tells it from others: `north` of north.myshopify.com. Pure. */
export function shopHandle(shop: string): string {
  return shop.replace(/\.myshopify\.com$/, "");
}
