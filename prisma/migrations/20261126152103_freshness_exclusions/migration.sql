-- Times that say nothing of an SLA: quiet hours and maintenance.
CREATE TABLE "freshness_exclusions" (
  "shop" TEXT NOT NULL,
  "position" INTEGER NOT NULL,
  "rule" JSONB NOT NULL,
  CONSTRAINT "freshness_exclusions_pkey" PRIMARY KEY ("shop", "position")
);
