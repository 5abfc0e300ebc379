/** A store by the part of its address that tells it from others. */
export function storeName(shop: string): string {
  return shop.replace(/\.myshopify\.com$/, "");
}
