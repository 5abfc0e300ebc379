/**
 * The stores that installed Converge.
 * Promise: a shop is `installed` from its first successful token exchange until app/uninstalled, and
 * whenever Shopify has stopped accepting its tokens, that is known until the next exchange.
 * Table: shops.
 */
export { openShopName, sealShopName } from "./sealed-name.ts";
export {
  connectionOf,
  dismissSetup,
  endInstallation,
  forgetShop,
  getShop,
  getShops,
  installShop,
  installedShops,
  knownShops,
  learnedSince,
  listInstalledShops,
  markLearned,
  noteTokensLost,
  updateShopDetails,
  updateShopScopes,
  uninstallShop,
  type ShopDetails,
} from "./shop-store.ts";
