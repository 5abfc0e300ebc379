-- Both say what is old on a line, and are of use only with a domain. That it is there (it always is)
-- keeps them from queries that name none: before the first ANALYZE of a fresh table the planner held
-- them as good as the index by record, and a lane read its whole backlog for each delivery it took.
DROP INDEX "deliveries_unfinished_idx";
CREATE INDEX "deliveries_unfinished_idx" ON "deliveries" ("system_id", "domain", "version_at")
  INCLUDE ("created_at")
  WHERE "status" IN ('pending', 'delivering', 'retrying', 'waiting') AND "domain" IS NOT NULL;
DROP INDEX "deliveries_dead_since_idx";
CREATE INDEX "deliveries_dead_since_idx" ON "deliveries" ("system_id", "domain", "version_at")
  WHERE "status" = 'dead' AND "replayed_at" IS NULL AND "domain" IS NOT NULL;
