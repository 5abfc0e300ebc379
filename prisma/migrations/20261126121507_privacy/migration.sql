-- An order to forget a shop may be about an installation before this one.
ALTER TABLE "shops" ADD COLUMN "left_before_at" TIMESTAMPTZ(6);
