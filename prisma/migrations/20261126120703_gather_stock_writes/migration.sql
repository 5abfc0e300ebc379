-- Stock goes to Shopify in batches: the rows that are sent together, under one key.
ALTER TABLE "write_intents" ADD COLUMN "batch_id" UUID;
CREATE INDEX "write_intents_batch_id_idx" ON "write_intents"("batch_id") WHERE "status" = 'pending';
-- Whether the owner said something newer of a record, however much it said before.
CREATE INDEX "write_intents_shop_target_id_as_of_idx" ON "write_intents"("shop", "target_id", "as_of" DESC);
-- Echoes are forgotten by the write they belong to.
CREATE INDEX "write_echoes_shop_intent_id_idx" ON "write_echoes"("shop", "intent_id");
-- The stock levels of an article: a level's gid ends with the article's number.
CREATE INDEX "mirror_resources_item_levels_idx"
  ON "mirror_resources"("shop", (substring("id" from 'inventory_item_id=(\d+)$')))
  WHERE "type" = 'InventoryLevel';
