-- An SLA may be counted over the week, month or quarter of the store's calendar.
ALTER TABLE "freshness_slas" ADD COLUMN "calendar" BOOLEAN NOT NULL DEFAULT false;
