-- The list of events by kind of data or topic: without it a rare kind is looked for among all of a shop's events.
CREATE INDEX "events_shop_domain_id_idx" ON "events"("shop", "domain", "id" DESC);
