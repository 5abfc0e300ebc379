/** What a record of a snapshot is about, as it is stored: one text that can be read again. */

/** The key of what has a SKU; without a place it stands for the article as a whole. */
export function keyOfSku(sku: string, locationId: string | null): string {
  return JSON.stringify(locationId === null ? ["sku", sku] : ["sku", sku, locationId]);
}

/** The key of what is named by its gid. */
export function keyOfResource(id: string): string {
  return JSON.stringify(["id", id]);
}

/** What a snapshot's key names. Pure. */
export function readKey(key: string): {
  resourceId: string | null;
  sku: string | null;
  locationId: string | null;
} {
  const [kind, name = "", locationId = null] = JSON.parse(key) as [string, string?, string?];
  return kind === "id"
    ? { resourceId: name, sku: null, locationId: null }
    : { resourceId: null, sku: name, locationId };
}
