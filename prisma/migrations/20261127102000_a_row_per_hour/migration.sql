-- One row per hour, not one per hour and bucket: a month of lags on a page is read from a twentieth of
-- the rows. `counts` is the histogram: {"31": 12, "32": 7}.
CREATE TABLE "lag_hours_whole" (
  "shop" TEXT NOT NULL,
  "hour" TIMESTAMPTZ(0) NOT NULL,
  "domain" TEXT NOT NULL,
  "stage" TEXT NOT NULL,
  "system_id" TEXT NOT NULL DEFAULT '',
  "counts" JSON NOT NULL,

  CONSTRAINT "lag_hours_whole_pkey" PRIMARY KEY ("shop", "domain", "stage", "system_id", "hour")
);
INSERT INTO "lag_hours_whole" ("shop", "hour", "domain", "stage", "system_id", "counts")
SELECT "shop", "hour", "domain", "stage", "system_id", json_object_agg("bucket", "count")
FROM "lag_hours" GROUP BY "shop", "hour", "domain", "stage", "system_id";
DROP TABLE "lag_hours";
ALTER TABLE "lag_hours_whole" RENAME TO "lag_hours";
ALTER TABLE "lag_hours" RENAME CONSTRAINT "lag_hours_whole_pkey" TO "lag_hours_pkey";
CREATE INDEX "lag_hours_hour_idx" ON "lag_hours" USING brin ("hour");
