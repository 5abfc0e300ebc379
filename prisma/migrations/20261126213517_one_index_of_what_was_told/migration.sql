-- Each step of a delivery makes an entry in every index that holds all deliveries. A change is of one
-- event: named before it, the event makes the index that keeps a delivery unique find an event's too.
CREATE UNIQUE INDEX "deliveries_event_id_system_id_change_id_generation_key"
  ON "deliveries" ("event_id", "system_id", "change_id", "generation");
DROP INDEX "deliveries_system_id_change_id_generation_key";
DROP INDEX "deliveries_event_id_idx";
