-- What a store calls its locations: two stock levels of one article are told apart by it.
CREATE TABLE "store_locations" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "store_locations_pkey" PRIMARY KEY ("shop","id")
);
