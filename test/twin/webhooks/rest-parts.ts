/** Pieces that several webhook bodies share. */
import { shopTime } from "../state/clock.ts";
import type { Address, Store } from "../state/model.ts";
import { inCurrency } from "../state/money.ts";
import type { RestObject, RestValue } from "./rest-json.ts";

/** An id as the bare integer it is in webhook bodies. */
export function restId(id: string): bigint {
  return BigInt(id);
}

/** A time in the shop's zone, or null. */
export function restTime(store: Store, ms: number | null): RestValue {
  return ms === null ? null : shopTime(ms, store.shop.timeZone);
}

/** Money in both currencies; the twin's shops sell in their own. */
export function restMoneySet(store: Store, amount: string): RestObject {
  const money = {
    amount: inCurrency(amount, store.shop.currency),
    currency_code: store.shop.currency,
  };
  return { shop_money: { ...money }, presentment_money: { ...money } };
}

/** Adds `name` and `name_set`. */
export function restPrice(store: Store, name: string, amount: string): RestObject {
  const text = inCurrency(amount, store.shop.currency);
  return { [name]: text, [`${name}_set`]: restMoneySet(store, amount) };
}

export function restAddress(address: Address): RestObject {
  return {
    first_name: address.firstName,
    address1: address.address1,
    phone: address.phone,
    city: address.city,
    zip: address.zip,
    province: address.province,
    country: address.country,
    last_name: address.lastName,
    address2: null,
    company: null,
    latitude: null,
    longitude: null,
    name: `${address.firstName} ${address.lastName}`.trim(),
    country_code: address.countryCode,
    province_code: address.provinceCode,
  };
}
