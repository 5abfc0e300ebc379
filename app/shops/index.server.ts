/**
 * The stores that installed Converge.
 * Promise: a shop is `installed` from its first successful token exchange until app/uninstalled.
 * Table: shops.
 */
export { openShopName, sealShopName } from "./sealed-name.ts";
export {
  endInstallation,
  forgetShop,
  getShop,
  installShop,
  installedShops,
  knownShops,
  markLearned,
  updateShopDetails,
  updateShopScopes,
  uninstallShop,
  type ShopDetails,
} from "./shop-store.ts";
