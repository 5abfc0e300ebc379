-- A confirmed hold ends when the order it was for takes the units: which order that was, so that each
-- of its units ends one hold.
ALTER TABLE "holds" ADD COLUMN "order_id" TEXT;
CREATE INDEX "holds_order_idx" ON "holds" ("shop", "order_id") WHERE "order_id" IS NOT NULL;
CREATE INDEX "holds_confirmed_idx" ON "holds" ("shop", "sku") WHERE "status" = 'confirmed';
