-- How fast an article sells, kept with each sale: nobody has to add up the ledger to know.
ALTER TABLE "pools" ADD COLUMN "pace" DOUBLE PRECISION NOT NULL DEFAULT 0,
  ADD COLUMN "paced_at" TIMESTAMPTZ(6) NOT NULL DEFAULT '1970-01-01 00:00:00 +00:00';
