/** Keys under which Shopify sends what identifies a person (protected customer data, levels 1 and 2). */
const personalKeys = new Set([
  "address1",
  "address2",
  "billing_address",
  "browser_ip",
  "city",
  "client_details",
  "company",
  "contact_email",
  "customer",
  "default_address",
  "addresses",
  "destination",
  "email",
  "first_name",
  "last_name",
  "latitude",
  "longitude",
  "name_on_card",
  "note",
  "phone",
  "shipping_address",
  "zip",
]);

const mask = "•••";

/** A copy in which every personal value is replaced by dots; the shape stays, so that a person can still read it. */
export function maskPersonalData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskPersonalData);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      personalKeys.has(key) && item !== null ? mask : maskPersonalData(item),
    ]),
  );
}
