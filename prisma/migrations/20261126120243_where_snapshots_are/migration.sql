-- Where a system's full state can be read; null: it sends it, or does not have one.
ALTER TABLE "systems" ADD COLUMN "snapshot_url" TEXT;
