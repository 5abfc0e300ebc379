import { offsetMinutes } from "../state/clock.ts";
import type { Store } from "../state/model.ts";
import type { RestObject } from "./rest-json.ts";
import { restId, restTime } from "./rest-parts.ts";

/** Body of shop/update and app/uninstalled. */
export function restShop(store: Store, nowMs: number): RestObject {
  const { shop } = store;
  const primary = [...store.locations.keys()][0];
  return {
    id: restId(shop.id),
    name: shop.name,
    email: shop.email,
    domain: shop.domain,
    province: shop.address.province,
    country: shop.address.countryCode,
    address1: shop.address.address1,
    zip: shop.address.zip,
    city: shop.address.city,
    source: null,
    phone: shop.address.phone,
    latitude: null,
    longitude: null,
    primary_locale: "en",
    address2: null,
    created_at: restTime(store, shop.createdAt),
    updated_at: restTime(store, shop.updatedAt),
    country_code: shop.address.countryCode,
    country_name: shop.address.country,
    currency: shop.currency,
    customer_email: shop.email,
    timezone: `(GMT${offsetText(nowMs, shop.timeZone)}) ${shop.timeZone}`,
    iana_timezone: shop.timeZone,
    shop_owner: shop.ownerName,
    money_format: "${{amount}}",
    money_with_currency_format: `\${{amount}} ${shop.currency}`,
    weight_unit: "kg",
    province_code: shop.address.provinceCode,
    taxes_included: false,
    tax_shipping: null,
    county_taxes: true,
    plan_display_name: "Developer Preview",
    plan_name: "partner_test",
    has_discounts: false,
    has_gift_cards: false,
    myshopify_domain: shop.domain,
    primary_location_id: primary === undefined ? null : restId(primary),
    checkout_api_supported: true,
    multi_location_enabled: true,
    setup_required: false,
    pre_launch_enabled: false,
    enabled_presentment_currencies: [shop.currency],
  };
}

function offsetText(nowMs: number, timeZone: string): string {
  const minutes = offsetMinutes(nowMs, timeZone);
  const pad = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
