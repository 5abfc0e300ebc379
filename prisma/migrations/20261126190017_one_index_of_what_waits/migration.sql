-- Staleness and the health of systems ask the same rows: one index of what is unfinished serves both.
-- A delivery enters such an index twice on its way.
DROP INDEX "deliveries_open_created_idx";
DROP INDEX "deliveries_unfinished_idx";
CREATE INDEX "deliveries_unfinished_idx" ON "deliveries" ("system_id", "domain", "version_at")
  INCLUDE ("created_at")
  WHERE "status" IN ('pending', 'delivering', 'retrying', 'waiting');
