-- How old data was, minute by minute, and what the SLA of the time said of it. The sums stand in the
-- index: a window of 90 days is read from it alone.
CREATE TABLE "freshness_hours" (
  "shop" TEXT NOT NULL,
  "domain" TEXT NOT NULL,
  "system_id" TEXT NOT NULL DEFAULT '',
  "hour" TIMESTAMPTZ(0) NOT NULL,
  "ages" INTEGER[] NOT NULL,
  "known" SMALLINT[] NOT NULL,
  "breach" SMALLINT[] NOT NULL,
  "known_seconds" INTEGER NOT NULL,
  "warn_seconds" INTEGER NOT NULL,
  "breach_seconds" INTEGER NOT NULL,
  CONSTRAINT "freshness_hours_pkey" PRIMARY KEY ("shop", "domain", "system_id", "hour")
    INCLUDE ("known_seconds", "breach_seconds")
);
CREATE INDEX "freshness_hours_hour_idx" ON "freshness_hours" USING brin ("hour");

CREATE TABLE "freshness_breaches" (
  "shop" TEXT NOT NULL,
  "domain" TEXT NOT NULL,
  "system_id" TEXT NOT NULL DEFAULT '',
  "began_at" TIMESTAMPTZ(6) NOT NULL,
  "seen_at" TIMESTAMPTZ(6) NOT NULL,
  "ended_at" TIMESTAMPTZ(6),
  "worst_age_seconds" INTEGER NOT NULL,
  "held_up_by" TEXT,
  "sentence" TEXT NOT NULL,
  "event_id" UUID,
  CONSTRAINT "freshness_breaches_pkey" PRIMARY KEY ("shop", "domain", "system_id", "began_at")
);
CREATE UNIQUE INDEX "freshness_breaches_open_idx" ON "freshness_breaches" ("shop", "domain", "system_id")
  WHERE "ended_at" IS NULL;

CREATE TABLE "freshness_sampler" (
  "id" BOOLEAN NOT NULL DEFAULT true,
  "lease_id" UUID NOT NULL,
  "lease_until" TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT "freshness_sampler_pkey" PRIMARY KEY ("id")
);
