-- A delivery that a newer version does not take the place of.
ALTER TABLE "deliveries" ADD COLUMN "keep" BOOLEAN NOT NULL DEFAULT false;
