-- Nearly every event waits for a moment and is applied then: a list of those is found by arrival. Only
-- the other outcomes are rare enough to need an index, and events that end well enter none for it.
DROP INDEX "events_shop_status_id_idx";
CREATE INDEX "events_rare_outcomes_idx" ON "events" ("shop", "status", "id" DESC)
  WHERE "status" IN ('superseded', 'ignored', 'dead');
