import type { StockRow } from "../../../types.ts";
import { part, post, report, setText } from "./page.ts";

const TAKE_SKU = new Set([
  "sell",
  "setStock",
  "editProduct",
  "editOrder",
  "connectStock",
  "disconnectStock",
]);

/** Everything that happens once in one store: sales, edits and the rest. */
export function startActing(): void {
  const shop = part<HTMLSelectElement>("shop");
  const sku = part<HTMLInputElement>("sku");
  const result = part("act-result");
  let stock: StockRow[] = [];

  async function loadStock(): Promise<void> {
    const asked = shop.value;
    const response = await fetch(`/control/stock?shop=${encodeURIComponent(asked)}`);
    const { items } = (await response.json()) as { items: StockRow[] };
    if (asked !== shop.value) return;
    stock = items;
    const options = stock.map((row) => new Option(row.title, row.sku));
    part("skus").replaceChildren(...options);
    showFacts();
  }

  function showFacts(): void {
    const row = stock.find((candidate) => candidate.sku === sku.value.trim());
    const levels = row?.levels.map((level) => `${level.location}: ${level.available}`) ?? [];
    const facts = row ? [row.title, row.price, ...levels].join(" · ") : "";
    const unknown = sku.value.trim() && stock.length > 0 ? "This store has no such SKU." : "";
    setText(part("sku-facts"), facts || unknown);
    showLocations(row);
  }

  function showLocations(row: StockRow | undefined): void {
    const location = part<HTMLSelectElement>("location");
    const chosen = location.value;
    const levels = (row ?? stock[0])?.levels ?? [];
    location.replaceChildren(
      ...levels.map((level) => new Option(level.location, level.locationId)),
    );
    if (levels.some((level) => level.locationId === chosen)) location.value = chosen;
  }

  function act(operation: string, fields: Record<string, unknown>): void {
    const chosen = sku.value.trim();
    const takesSku = TAKE_SKU.has(operation);
    const input = { shop: shop.value, ...(chosen && takesSku ? { sku: chosen } : {}), ...fields };
    void report(result, async () => {
      const answer = await post(`/twin/api/${operation}`, input);
      await loadStock();
      return sentenceFor(operation, answer);
    });
  }

  for (const form of part("act").querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act(form.dataset["operation"] ?? "", valuesOf(form));
    });
  }
  for (const button of part("act").querySelectorAll<HTMLElement>("button[data-operation]")) {
    button.addEventListener("click", () => act(button.dataset["operation"] ?? "", {}));
  }
  shop.addEventListener("change", () => void loadStock());
  sku.addEventListener("input", showFacts);
  sku.addEventListener("focus", () => void loadStock());
  void loadStock();
}

/** The fields that were filled in; number fields as numbers. */
function valuesOf(form: HTMLFormElement): Record<string, unknown> {
  const filled = [...new FormData(form)].filter(([, value]) => value !== "");
  return Object.fromEntries(
    filled.map(([name, value]) => {
      const field = form.elements.namedItem(name);
      const isNumber = field instanceof HTMLInputElement && field.type === "number";
      return [name, isNumber ? Number(value) : value];
    }),
  );
}

type Sayings = Record<string, (text: (field: string) => string) => string>;

const SENTENCES: Sayings = {
  sell: (text) => `Order ${text("name")}: ${text("sku")} sold, ${text("available")} left to sell.`,
  setStock: (text) => `${text("sku")} has ${text("available")} available now.`,
  editProduct: (text) => `Product ${text("productId")} saved.`,
  bulkEdit: (text) => `${text("products")} products edited, one by one.`,
  createProduct: (text) => `Product with SKU ${text("sku")} created.`,
  connectStock: (text) => `${text("sku")} is stocked at one more location.`,
  disconnectStock: (text) => `${text("sku")} is stocked at one location less.`,
  fulfill: (text) => `Order ${text("orderId")} fulfilled.`,
  updateFulfillment: (text) => `The parcel of order ${text("orderId")} was delivered.`,
  editOrder: (text) => `Order ${text("orderId")} edited: ${text("delta")} added.`,
  refund: (text) => `Order ${text("orderId")} refunded.`,
  cancelOrder: (text) => `Order ${text("orderId")} cancelled.`,
  deleteOrder: (text) => `Order ${text("orderId")} deleted.`,
  createCustomer: (text) => `Customer ${text("customerId")} saved.`,
  updateCustomer: (text) => `Customer ${text("customerId")} saved.`,
  deleteCustomer: (text) => `Customer ${text("customerId")} deleted.`,
  createLocation: (text) => `Location ${text("name")} opened.`,
  deactivateLocation: (text) =>
    `Location ${text("locationId")} closed; what it had is at ${text("destinationLocationId")} now.`,
  activateLocation: (text) => `Location ${text("locationId")} is open again.`,
  deleteLocation: (text) => `Location ${text("locationId")} deleted.`,
};

function sentenceFor(operation: string, answer: Record<string, unknown>): string {
  return SENTENCES[operation]?.((field) => String(answer[field])) ?? "Done.";
}
