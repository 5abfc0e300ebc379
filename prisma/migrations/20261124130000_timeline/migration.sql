-- What happened to one record, newest first?
CREATE INDEX "write_intents_shop_resource_id_id_idx" ON "write_intents"("shop", "resource_id", "id" DESC);
CREATE INDEX "discrepancies_shop_resource_id_id_idx" ON "discrepancies"("shop", "resource_id", "id" DESC);
