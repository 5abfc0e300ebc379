-- A SKU is known once an event was processed, so intake writes nothing into this index.
CREATE INDEX "events_shop_sku_id_idx" ON "events" ("shop", "sku", "id" DESC) WHERE "sku" IS NOT NULL;
