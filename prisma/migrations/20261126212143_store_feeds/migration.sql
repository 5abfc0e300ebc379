-- Stores of a group may share their changes: each says of which kinds of data, and what two have said
-- alike goes to the systems of both.
ALTER TABLE "store_group_members" ADD COLUMN "shares" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
CREATE TABLE "store_feeds" (
  "shop" TEXT NOT NULL,
  "from_shop" TEXT NOT NULL,
  "domains" TEXT[] NOT NULL,
  "since" TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT "store_feeds_pkey" PRIMARY KEY ("shop", "from_shop")
);
CREATE INDEX "store_feeds_from_shop_idx" ON "store_feeds" ("from_shop");
ALTER TABLE "deliveries" ADD COLUMN "from_shop" TEXT;
CREATE INDEX "deliveries_from_shop_idx" ON "deliveries" ("from_shop", "status")
  WHERE "from_shop" IS NOT NULL;
