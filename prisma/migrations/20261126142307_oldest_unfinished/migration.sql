-- What is not finished, by when it changed: staleness costs the same however much is finished.
CREATE INDEX "events_unfinished_idx" ON "events" ("shop", "domain", (least("triggered_at", "received_at")))
  WHERE "status" IN ('received', 'dead');

CREATE INDEX "deliveries_unfinished_idx" ON "deliveries" ("system_id", "domain", "version_at")
  WHERE "status" IN ('pending', 'delivering', 'retrying', 'waiting');

CREATE INDEX "deliveries_dead_since_idx" ON "deliveries" ("system_id", "domain", "version_at")
  WHERE "status" = 'dead' AND "replayed_at" IS NULL;

-- Complete reads are numbered per feed.
ALTER TABLE "poll_feeds" ADD COLUMN "passes" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "poll_passes" ADD COLUMN "number" INTEGER NOT NULL DEFAULT 0;
