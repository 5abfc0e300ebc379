-- An article may have several rules: for a store, a location, a time.
ALTER TABLE "inventory_buffers"
  ADD COLUMN "floor" INTEGER,
  ADD COLUMN "priority" INTEGER,
  ADD COLUMN "shop" TEXT,
  ADD COLUMN "location_id" TEXT,
  ADD COLUMN "collection_id" TEXT,
  ADD COLUMN "active_from" TIMESTAMPTZ(6),
  ADD COLUMN "active_until" TIMESTAMPTZ(6),
  DROP CONSTRAINT "inventory_buffers_pkey",
  ADD CONSTRAINT "inventory_buffers_pkey" PRIMARY KEY ("group_id", "position");
CREATE INDEX "inventory_buffers_shop_idx" ON "inventory_buffers"("shop");

-- Null: as much as of the pool.
ALTER TABLE "pool_levels" ADD COLUMN "buffer" INTEGER;

CREATE TABLE "collection_products" (
    "shop" TEXT NOT NULL,
    "collection_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,

    CONSTRAINT "collection_products_pkey" PRIMARY KEY ("shop","collection_id","product_id")
);
