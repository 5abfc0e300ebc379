import { startIds, takeId } from "./ids.ts";
import {
  FIRST_NAMES,
  LAST_NAMES,
  OPTION_VALUES,
  PRODUCT_TYPES,
  SERIES,
  STREETS,
  VENDORS,
} from "./catalog-words.ts";
import { toSecond } from "./clock.ts";
import type {
  Address,
  InventoryLevelRow,
  ProductRow,
  ShopRow,
  Store,
  VariantRow,
} from "./model.ts";
import { fromCents } from "./money.ts";
import type { Random } from "./random.ts";
import { indexLevel } from "./store-lookups.ts";

const DAY_MS = 86_400_000;

type StorePlan = {
  handle: string;
  id: string;
  name: string;
  owner: string;
  currency: string;
  timeZone: string;
  address: Address;
  locations: string[];
  bigIds: boolean;
};

/** Stores that sell many of the same articles, in different time zones and currencies. */
const PLANS: StorePlan[] = [
  {
    handle: "north",
    id: "61204893991",
    name: "Northwind Outfitters",
    owner: "Mira Hallow",
    currency: "USD",
    timeZone: "America/New_York",
    address: place("12 Harbour Lane", "Portland", "Maine", "ME", "United States", "US", "04101"),
    locations: ["Portland Warehouse", "Old Port Shop"],
    bigIds: false,
  },
  {
    handle: "south",
    id: "61204926759",
    name: "Southbay Trail Goods",
    owner: "Otis Quill",
    currency: "AUD",
    timeZone: "Australia/Sydney",
    address: place("88 Quarry Hill", "Sydney", "New South Wales", "NSW", "Australia", "AU", "2000"),
    locations: ["Alexandria Depot", "Circular Quay Shop"],
    bigIds: true,
  },
  {
    handle: "west",
    id: "61204959527",
    name: "Westfell Mountain Supply",
    owner: "Ines Calder",
    currency: "CAD",
    timeZone: "America/Vancouver",
    address: place(
      "7 Cannery Row",
      "Vancouver",
      "British Columbia",
      "BC",
      "Canada",
      "CA",
      "V5K 0A1",
    ),
    locations: ["Burnaby Depot", "Gastown Shop"],
    bigIds: false,
  },
];

export type SeedOptions = {
  random: Random;
  nowMs: number;
  skusPerStore: number;
  storeCount: number;
  locationsPerStore: number;
};

/** Opens the stores that are not there yet; orders are added later, by selling. Returns the new ones. */
export function seedStores(stores: Map<string, Store>, options: SeedOptions): Store[] {
  const opened: Store[] = [];
  for (const [index, plan] of PLANS.slice(0, options.storeCount).entries()) {
    if (stores.has(`${plan.handle}.myshopify.com`)) continue;
    const store = emptyStore(plan, index, options.nowMs);
    addLocations(store, plan, options);
    addCatalog(store, options, index);
    addCustomers(store, plan, options);
    stores.set(store.shop.domain, store);
    opened.push(store);
  }
  return opened;
}

function emptyStore(plan: StorePlan, index: number, nowMs: number): Store {
  const createdAt = toSecond(nowMs - 400 * DAY_MS);
  const shop: ShopRow = {
    kind: "Shop",
    id: plan.id,
    domain: `${plan.handle}.myshopify.com`,
    handle: plan.handle,
    name: plan.name,
    ownerName: plan.owner,
    email: `owner@${plan.handle}.example`,
    currency: plan.currency,
    timeZone: plan.timeZone,
    address: plan.address,
    createdAt,
    updatedAt: createdAt,
  };
  return {
    shop,
    nextIds: startIds(index, plan.bigIds),
    nextOrderNumber: 1001,
    installation: { installed: false, scopes: [], installedAt: null, id: `${plan.id}1` },
    locations: new Map(),
    products: new Map(),
    variants: new Map(),
    inventoryItems: new Map(),
    inventoryLevels: new Map(),
    customers: new Map(),
    orders: new Map(),
    fulfillmentOrders: new Map(),
    fulfillments: new Map(),
    refunds: new Map(),
    metafields: new Map(),
    subscriptions: new Map(),
    bulkOperations: new Map(),
  };
}

function addLocations(
  store: Store,
  plan: StorePlan,
  { nowMs, locationsPerStore }: SeedOptions,
): void {
  for (let count = 0; count < locationsPerStore; count += 1) {
    const name = plan.locations[count] ?? `Depot ${count + 1}`;
    const id = takeId(store, "Location");
    const createdAt = toSecond(nowMs - 399 * DAY_MS);
    const row = { kind: "Location" as const, id, name, address: plan.address, active: true };
    store.locations.set(id, { ...row, createdAt, updatedAt: createdAt });
  }
}

/** Every second series is sold by all stores, with the same SKUs; of the others each has its own. */
function addCatalog(store: Store, { random, nowMs, skusPerStore }: SeedOptions, index: number) {
  const variantsPerProduct = 4;
  const wanted = Math.max(1, Math.ceil(skusPerStore / variantsPerProduct));
  for (let made = 0, round = 0; made < wanted; round += 1) {
    const type = PRODUCT_TYPES[round % PRODUCT_TYPES.length];
    const turn = Math.floor(round / PRODUCT_TYPES.length);
    const series = SERIES[turn % SERIES.length];
    if (!type || !series) throw new Error("The catalog words are empty.");
    if (turn % 2 === 1 && turn % 4 !== 1 + 2 * index) continue;
    const edition = Math.floor(turn / SERIES.length);
    const suffix = edition === 0 ? "" : ` ${edition + 1}`;
    addProduct(store, {
      title: `${series.name} ${type.name}${suffix}`,
      skuStem: `${type.code}-${series.code}${edition === 0 ? "" : edition + 1}`,
      productType: type.name,
      option: type.option,
      cents: type.cents + random.between(-5, 5) * 100,
      grams: type.grams,
      vendor: random.pick(VENDORS),
      createdAt: toSecond(nowMs - random.between(30, 380) * DAY_MS),
      stock: () => random.between(4, 90),
      onlyValue: null,
    });
    made += 1;
  }
}

export type ProductPlan = {
  title: string;
  skuStem: string;
  productType: string;
  option: "Size" | "Color";
  cents: number;
  grams: number;
  vendor: string;
  createdAt: number;
  stock: () => number;
  /** Set for a product with a single variant, whose SKU is then the stem. */
  onlyValue: string | null;
  /** Set for a product of so many variants, numbered instead of named. */
  styles?: number;
};

/** The number printed on an article: the same in every store that sells it. FNV-1a of its SKU. */
function barcodeOf(sku: string): string {
  let hash = 0x811c9dc5;
  for (const letter of sku) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return String(4_000_000_000_000 + (hash >>> 0));
}

/** Adds a product with its variants, items and a level per location. */
export function addProduct(store: Store, plan: ProductPlan): ProductRow {
  const { createdAt } = plan;
  const product: ProductRow = {
    kind: "Product",
    id: takeId(store, "Product"),
    title: plan.title,
    handle: plan.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    vendor: plan.vendor,
    productType: plan.productType,
    descriptionHtml: `<p>${plan.title}: made for <strong>wet & windy</strong> days.</p>`,
    status: "ACTIVE",
    tags: [plan.productType.toLowerCase(), "outdoor"],
    optionName: plan.styles ? "Style" : plan.onlyValue === null ? plan.option : "Title",
    variantIds: [],
    createdAt,
    updatedAt: createdAt,
    publishedAt: createdAt,
  };
  store.products.set(product.id, product);
  for (const value of valuesOf(plan)) addVariant(store, product, plan, value);
  return product;
}

function valuesOf({ styles, onlyValue, option, skuStem }: ProductPlan) {
  if (styles)
    return Array.from({ length: styles }, (_, index) => ({
      name: `Style ${index + 1}`,
      sku: `${skuStem}-${index + 1}`,
    }));
  if (onlyValue !== null) return [{ name: onlyValue, sku: skuStem }];
  return OPTION_VALUES[option].map(({ name, code }) => ({ name, sku: `${skuStem}-${code}` }));
}

function addVariant(
  store: Store,
  product: ProductRow,
  plan: ProductPlan,
  value: { name: string; sku: string },
): VariantRow {
  const { createdAt } = plan;
  const stamps = { createdAt, updatedAt: createdAt };
  const variant: VariantRow = {
    kind: "ProductVariant",
    id: takeId(store, "ProductVariant"),
    productId: product.id,
    inventoryItemId: takeId(store, "InventoryItem"),
    title: value.name,
    sku: value.sku,
    barcode: barcodeOf(value.sku),
    price: fromCents(plan.cents),
    compareAtPrice: null,
    position: product.variantIds.length + 1,
    taxable: true,
    inventoryPolicy: "DENY",
    ...stamps,
  };
  product.variantIds.push(variant.id);
  store.variants.set(variant.id, variant);
  store.inventoryItems.set(variant.inventoryItemId, {
    kind: "InventoryItem",
    id: variant.inventoryItemId,
    variantId: variant.id,
    sku: variant.sku,
    tracked: true,
    requiresShipping: true,
    cost: fromCents(Math.round(plan.cents * 0.45)),
    grams: plan.grams,
    ...stamps,
  });
  for (const location of store.locations.values()) {
    if (!location.active) continue;
    addLevel(store, variant.inventoryItemId, location.id, plan.stock(), createdAt);
  }
  return variant;
}

/** Stocks an item at a location. */
export function addLevel(
  store: Store,
  inventoryItemId: string,
  locationId: string,
  available: number,
  createdAt: number,
): InventoryLevelRow {
  const level: InventoryLevelRow = {
    kind: "InventoryLevel",
    id: takeId(store, "InventoryLevel"),
    inventoryItemId,
    locationId,
    active: true,
    quantities: {
      available,
      committed: 0,
      damaged: 0,
      incoming: 0,
      quality_control: 0,
      reserved: 0,
      safety_stock: 0,
    },
    createdAt,
    updatedAt: createdAt,
  };
  store.inventoryLevels.set(level.id, level);
  indexLevel(store, level);
  return level;
}

function addCustomers(store: Store, plan: StorePlan, { random, nowMs }: SeedOptions): void {
  for (let count = 0; count < 40; count += 1) {
    const firstName = FIRST_NAMES[count % FIRST_NAMES.length] ?? "Ada";
    addCustomer(store, {
      firstName,
      lastName: random.pick(LAST_NAMES),
      street: `${random.between(1, 180)} ${random.pick(STREETS)}`,
      place: plan.address,
      createdAt: toSecond(nowMs - random.between(5, 350) * DAY_MS),
    });
  }
}

export type CustomerPlan = {
  firstName: string;
  lastName: string;
  email?: string;
  street: string;
  place: Address;
  createdAt: number;
};

/** Adds a customer; the e-mail address is made from the name and unique in the store. */
export function addCustomer(store: Store, plan: CustomerPlan) {
  const id = takeId(store, "Customer");
  const plain = `${plan.firstName}.${plan.lastName}`.normalize("NFD").replaceAll(/[^A-Za-z.]/g, "");
  const { firstName, lastName, createdAt } = plan;
  const row = {
    kind: "Customer" as const,
    id,
    firstName,
    lastName,
    email: plan.email ?? `${plain.toLowerCase()}.${store.customers.size + 1}@mail.example`,
    phone: null,
    note: null,
    tags: [],
    locale: "en",
    taxExempt: false,
    address: { ...plan.place, firstName, lastName, address1: plan.street },
    addressId: takeId(store, "MailingAddress"),
    ordersCount: 0,
    spentCents: 0,
    lastOrderId: null,
    createdAt,
    updatedAt: createdAt,
  };
  store.customers.set(id, row);
  return row;
}

function place(
  address1: string,
  city: string,
  province: string,
  provinceCode: string,
  country: string,
  countryCode: string,
  zip: string,
): Address {
  const name = { firstName: "", lastName: "" };
  return {
    ...name,
    address1,
    city,
    province,
    provinceCode,
    country,
    countryCode,
    zip,
    phone: null,
  };
}
