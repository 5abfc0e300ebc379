-- Whose a record is, and up to when what was said of it is erased.
ALTER TABLE "mirror_resources" ADD COLUMN "belongs_to" TEXT;
ALTER TABLE "mirror_resources" ADD COLUMN "erased_at" TIMESTAMPTZ(6);
CREATE INDEX "mirror_resources_belongs_to_idx" ON "mirror_resources" ("shop", "belongs_to")
  WHERE "belongs_to" IS NOT NULL;
CREATE INDEX "mirror_resources_erased_idx" ON "mirror_resources" ("shop", "id")
  WHERE "erased_at" IS NOT NULL;

-- Bodies nobody can tell the subject of are looked through when a customer has to be erased.
CREATE INDEX "events_about_nobody_idx" ON "events" ("shop", "id") WHERE "resource_id" IS NULL;

CREATE TABLE "privacy_requests" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "order_ids" TEXT[] NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL,
    "done_at" TIMESTAMPTZ(6),

    CONSTRAINT "privacy_requests_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "privacy_requests_shop_id_idx" ON "privacy_requests"("shop", "id" DESC);
