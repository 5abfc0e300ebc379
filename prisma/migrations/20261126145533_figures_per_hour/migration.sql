-- Figures of whole hours, added up from those of the minutes: a chart of thirty days reads a sixtieth.
-- 'epoch': nothing is added up yet, and it begins with the oldest minute there is.
CREATE TABLE "lag_hours" (
  "shop" TEXT NOT NULL,
  "hour" TIMESTAMPTZ(0) NOT NULL,
  "domain" TEXT NOT NULL,
  "stage" TEXT NOT NULL,
  "system_id" TEXT NOT NULL DEFAULT '',
  "bucket" INTEGER NOT NULL,
  "count" INTEGER NOT NULL,
  CONSTRAINT "lag_hours_pkey" PRIMARY KEY ("shop", "domain", "stage", "system_id", "hour", "bucket")
);
CREATE INDEX "lag_hours_hour_idx" ON "lag_hours" USING brin ("hour");
CREATE TABLE "lag_hours_until" (
  "id" BOOLEAN NOT NULL DEFAULT true,
  "until" TIMESTAMPTZ(0) NOT NULL,
  CONSTRAINT "lag_hours_until_pkey" PRIMARY KEY ("id")
);
INSERT INTO "lag_hours_until" ("until") VALUES ('epoch');

CREATE TABLE "outcome_hours" (
  "shop" TEXT NOT NULL,
  "hour" TIMESTAMPTZ(0) NOT NULL,
  "outcome" TEXT NOT NULL,
  "count" INTEGER NOT NULL,
  CONSTRAINT "outcome_hours_pkey" PRIMARY KEY ("shop", "hour", "outcome")
);
CREATE INDEX "outcome_hours_hour_idx" ON "outcome_hours" USING brin ("hour");
CREATE TABLE "outcome_hours_until" (
  "id" BOOLEAN NOT NULL DEFAULT true,
  "until" TIMESTAMPTZ(0) NOT NULL,
  CONSTRAINT "outcome_hours_until_pkey" PRIMARY KEY ("id")
);
INSERT INTO "outcome_hours_until" ("until") VALUES ('epoch');
