-- The barcode is the second thing by which stores recognize each other's articles.
ALTER TABLE "sku_links" ADD COLUMN "barcode" TEXT;
CREATE INDEX "sku_links_shop_barcode_idx" ON "sku_links"("shop", "barcode");

-- A store shows a pool at one level, whoever ties it.
DROP INDEX "pool_levels_pool_id_idx";
CREATE UNIQUE INDEX "pool_levels_pool_id_shop_key" ON "pool_levels"("pool_id", "shop");

-- What was found or decided where a SKU alone does not say.
CREATE TABLE "pool_links" (
    "pool_id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "item_id" TEXT,
    "changed_at" TIMESTAMPTZ(6) NOT NULL,
    CONSTRAINT "pool_links_pkey" PRIMARY KEY ("pool_id","shop")
);
CREATE INDEX "pool_links_shop_state_idx" ON "pool_links"("shop", "state");
