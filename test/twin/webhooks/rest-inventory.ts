import { gid, levelGid } from "../state/ids.ts";
import type { InventoryItemRow, InventoryLevelRow, LocationRow, Store } from "../state/model.ts";
import type { RestObject } from "./rest-json.ts";
import { restId, restTime } from "./rest-parts.ts";

/** Body of inventory_levels/update: only `available`, as it is when this is called. */
export function restInventoryLevel(store: Store, level: InventoryLevelRow): RestObject {
  return {
    inventory_item_id: restId(level.inventoryItemId),
    location_id: restId(level.locationId),
    available: level.quantities.available,
    updated_at: restTime(store, level.updatedAt),
    admin_graphql_api_id: levelGid(level),
  };
}

/** Body of inventory_levels/disconnect. */
export function restDisconnectedLevel(level: InventoryLevelRow): RestObject {
  return {
    inventory_item_id: restId(level.inventoryItemId),
    location_id: restId(level.locationId),
  };
}

export function restInventoryItem(store: Store, item: InventoryItemRow): RestObject {
  return {
    id: restId(item.id),
    sku: item.sku,
    created_at: restTime(store, item.createdAt),
    updated_at: restTime(store, item.updatedAt),
    requires_shipping: item.requiresShipping,
    cost: item.cost,
    country_code_of_origin: null,
    province_code_of_origin: null,
    harmonized_system_code: null,
    tracked: item.tracked,
    country_harmonized_system_codes: [],
    weight_value: item.grams,
    weight_unit: "grams",
    admin_graphql_api_id: gid("InventoryItem", item.id),
  };
}

/** Body of inventory_items/delete. */
export function restDeletedItem(item: InventoryItemRow): RestObject {
  return {
    id: restId(item.id),
    country_code_of_origin: null,
    province_code_of_origin: null,
    harmonized_system_code: null,
    country_harmonized_system_codes: [],
    admin_graphql_api_id: gid("InventoryItem", item.id),
  };
}

export function restLocation(store: Store, location: LocationRow): RestObject {
  const { address } = location;
  return {
    id: restId(location.id),
    name: location.name,
    address1: address.address1,
    address2: null,
    city: address.city,
    zip: address.zip,
    province: address.province,
    country: address.countryCode,
    phone: address.phone,
    created_at: restTime(store, location.createdAt),
    updated_at: restTime(store, location.updatedAt),
    country_code: address.countryCode,
    country_name: address.country,
    province_code: address.provinceCode,
    legacy: false,
    active: location.active,
    admin_graphql_api_id: gid("Location", location.id),
    localized_country_name: address.country,
    localized_province_name: address.province,
  };
}
