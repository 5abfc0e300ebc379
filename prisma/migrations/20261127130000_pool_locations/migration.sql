-- A group keeps its stock at one or more pool locations. What there is now is at the default one, which needs
-- no row: adding the column with a constant default rewrites nothing.
CREATE TABLE "pool_locations" (
    "group_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "pool_locations_pkey" PRIMARY KEY ("group_id","id")
);
-- Of an expression, which the Prisma schema cannot express.
CREATE UNIQUE INDEX "pool_locations_group_id_name_key" ON "pool_locations"("group_id", lower("name"));

-- Where a store shows the pools of the others; of the default one, store_group_members says it as before.
CREATE TABLE "pool_location_maps" (
    "shop" TEXT NOT NULL,
    "pool_location_id" TEXT NOT NULL,
    "location_id" TEXT NOT NULL,

    CONSTRAINT "pool_location_maps_pkey" PRIMARY KEY ("shop","pool_location_id")
);
CREATE UNIQUE INDEX "pool_location_maps_shop_location_id_key" ON "pool_location_maps"("shop", "location_id");
CREATE INDEX "pool_location_maps_pool_location_id_idx" ON "pool_location_maps"("pool_location_id");

ALTER TABLE "pools" ADD COLUMN "pool_location_id" TEXT NOT NULL DEFAULT 'default';
-- Partial, which the Prisma schema cannot express. What asks for an article finds all of its pools by it.
CREATE UNIQUE INDEX "pools_group_id_sku_pool_location_id_key"
  ON "pools"("group_id", "sku", "pool_location_id") WHERE "group_id" IS NOT NULL;
-- A worker of the version before waits with its owners' words from here on (their jobs are retried) and
-- leaves everything else as it was.
DROP INDEX "pools_group_id_sku_key";
