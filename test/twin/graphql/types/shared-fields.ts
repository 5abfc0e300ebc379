import { utcTime } from "../../state/clock.ts";
import { gid } from "../../state/ids.ts";
import type { Address } from "../../state/model.ts";
import { inCurrency, toDecimal } from "../../state/money.ts";
import type { FieldFn } from "../context.ts";

type Identified = { kind: string; id: string };
type Stamped = { createdAt: number; updatedAt: number };

/** `id` and `legacyResourceId` of a row. */
export const idFields: Record<string, FieldFn<Identified>> = {
  id: (row) => gid(row.kind, row.id),
  legacyResourceId: (row) => row.id,
};

/** `createdAt` and `updatedAt` of a row. */
export const timeFields: Record<string, FieldFn<Stamped>> = {
  createdAt: (row) => utcTime(row.createdAt),
  updatedAt: (row) => utcTime(row.updatedAt),
};

/** A time, or null. */
export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : utcTime(ms);
}

/** A MoneyBag; the twin's shops sell in their own currency only. */
export function moneyBag(amount: string, currencyCode: string) {
  const money = moneyV2(amount, currencyCode);
  return { shopMoney: money, presentmentMoney: money };
}

/** A MoneyV2. */
export function moneyV2(amount: string, currencyCode: string) {
  return { amount: toDecimal(inCurrency(amount, currencyCode)), currencyCode };
}

/** Counting ends here even without a limit; one more stands for "more than that". */
const COUNT_END = 25_001;

/** A Count, exact up to the limit (10,000 where the schema's default counts). */
export function exactCount(count: number, limit: unknown) {
  const most = typeof limit === "number" ? limit : COUNT_END;
  if (count > most) return { count: most, precision: "AT_LEAST" };
  return { count, precision: "EXACT" };
}

/** A MailingAddress; `owner` makes its id. */
export function mailingAddress(address: Address, owner: string) {
  return {
    id: gid("MailingAddress", owner),
    ...addressFields(address),
    company: null,
    coordinatesValidated: false,
    countryCodeV2: address.countryCode,
    firstName: address.firstName,
    lastName: address.lastName,
    name: `${address.firstName} ${address.lastName}`.trim(),
    timeZone: null,
  };
}

/** What locations and people's addresses have in common. */
export function addressFields(address: Address) {
  return {
    address1: address.address1,
    address2: null,
    city: address.city,
    country: address.country,
    countryCode: address.countryCode,
    formatted: [
      address.address1,
      `${address.city} ${address.provinceCode} ${address.zip}`,
      address.country,
    ],
    latitude: null,
    longitude: null,
    phone: address.phone,
    province: address.province,
    provinceCode: address.provinceCode,
    zip: address.zip,
  };
}
