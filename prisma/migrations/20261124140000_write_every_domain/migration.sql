-- What a write sets, of when it is, and which record it turned out to mean.
ALTER TABLE "write_intents" ADD COLUMN "fields" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "write_intents" ADD COLUMN "as_of" TIMESTAMPTZ(6);
ALTER TABLE "write_intents" ADD COLUMN "target_id" TEXT;
UPDATE "write_intents" SET "as_of" = "created_at", "target_id" = "resource_id";
ALTER TABLE "write_intents" ALTER COLUMN "as_of" SET NOT NULL;
ALTER TABLE "write_intents" ALTER COLUMN "target_id" SET NOT NULL;
-- Writes are looked up by the record they mean; a stock level may have been named by its article.
DROP INDEX "write_intents_shop_resource_id_id_idx";
CREATE INDEX "write_intents_shop_target_id_id_idx" ON "write_intents"("shop", "target_id", "id" DESC);
