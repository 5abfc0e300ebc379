/** A variant with its stock, as the control page lists it. Ids are decimal strings. */
export type StockRow = {
  productId: string;
  variantId: string;
  inventoryItemId: string;
  title: string;
  sku: string;
  barcode: string;
  price: string;
  levels: {
    locationId: string;
    location: string;
    available: number;
    reserved: number;
    onHand: number;
  }[];
};

export type OrderRow = {
  orderId: string;
  name: string;
  createdAt: string;
  financialStatus: string;
  fulfillmentStatus: string;
  total: string;
  customerId: string | null;
  lines: { sku: string; quantity: number; fulfilled: number }[];
};

export type CustomerRow = { customerId: string; name: string; email: string; tags: string[] };
