/** Topics whose first word has an underscore: only a list can tell where the slash goes. */
const LONG_SUBJECTS = [
  "app_purchases_one_time",
  "app_subscriptions",
  "bulk_operations",
  "collection_listings",
  "collection_publications",
  "company_contact_roles",
  "company_contacts",
  "company_locations",
  "customer_account_settings",
  "customer_groups",
  "customer_payment_methods",
  "customers_email_marketing_consent",
  "customers_marketing_consent",
  "discount_redeemcodes",
  "draft_orders",
  "fulfillment_events",
  "fulfillment_holds",
  "fulfillment_orders",
  "inventory_items",
  "inventory_levels",
  "inventory_shipments",
  "inventory_transfers",
  "order_transactions",
  "payment_schedules",
  "payment_terms",
  "product_feeds",
  "product_listings",
  "product_publications",
  "selling_plan_groups",
  "subscription_billing_attempts",
  "subscription_billing_cycles",
  "subscription_contracts",
  "tax_services",
  "tender_transactions",
];

/** `INVENTORY_LEVELS_UPDATE` as `inventory_levels/update`, the form of the topic header. */
export function topicHeader(topic: string): string {
  const text = topic.toLowerCase();
  const subject =
    LONG_SUBJECTS.filter((each) => text.startsWith(`${each}_`)).sort(
      (a, b) => b.length - a.length,
    )[0] ??
    text.split("_", 1)[0] ??
    text;
  return `${subject}/${text.slice(subject.length + 1)}`;
}

/** The reverse of `topicHeader`. */
export function topicEnum(header: string): string {
  return header.replace("/", "_").toUpperCase();
}
