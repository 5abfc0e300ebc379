-- What tells rows apart leads: an entry finds its place by one comparison where it took two or three of
-- equal texts. A delivery is found by its id, whichever way it came.
CREATE UNIQUE INDEX "events_delivery_key_shop_transport_key" ON "events"("delivery_key", "shop", "transport");
DROP INDEX "events_shop_transport_delivery_key_key";
CREATE INDEX "events_correlation_id_shop_idx" ON "events"("correlation_id", "shop");
DROP INDEX "events_shop_correlation_id_idx";
