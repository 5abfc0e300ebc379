-- Bodies are inserted, read by their key and deleted: nothing about them is estimated, and they are vacuumed when
-- they go. By itself Postgres reads all that came once a minute (for pages that are all visible, and for a sample
-- of 30,000 rows), half a processor for three seconds while webhooks wait.
ALTER TABLE "event_bodies" SET (
  autovacuum_vacuum_insert_threshold = -1,
  toast.autovacuum_vacuum_insert_threshold = -1
);
ALTER TABLE "event_bodies" ALTER COLUMN "event_id" SET STATISTICS 10;
ALTER TABLE "event_bodies" ALTER COLUMN "body" SET STATISTICS 0;
ALTER TABLE "event_bodies" ALTER COLUMN "headers" SET STATISTICS 0;
