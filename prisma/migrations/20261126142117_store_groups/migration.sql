-- Stores that share stock. A store is in one group at most: what "without a store" means is never in doubt.
CREATE TABLE "store_groups" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "owner_system_id" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "store_groups_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "store_group_members" (
    "shop" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "location_id" TEXT,
    "joined_at" TIMESTAMPTZ(6) NOT NULL,
    "lag_ms" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "store_group_members_pkey" PRIMARY KEY ("shop")
);
CREATE INDEX "store_group_members_group_id_idx" ON "store_group_members"("group_id");

CREATE TABLE "pairing_codes" (
    "hash" BYTEA NOT NULL,
    "shop" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "used_at" TIMESTAMPTZ(6),

    CONSTRAINT "pairing_codes_pkey" PRIMARY KEY ("hash")
);
CREATE INDEX "pairing_codes_shop_idx" ON "pairing_codes"("shop");
CREATE INDEX "pairing_codes_expires_at_idx" ON "pairing_codes"("expires_at");
