-- CreateTable
CREATE TABLE "freshness_slas" (
    "shop" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "system_id" TEXT NOT NULL DEFAULT '',
    "warn_after_seconds" INTEGER NOT NULL,
    "breach_after_seconds" INTEGER NOT NULL,
    "target_percent" DOUBLE PRECISION NOT NULL,
    "window_days" INTEGER NOT NULL,
    "sync_method" TEXT NOT NULL,
    "poll_every_seconds" INTEGER NOT NULL,
    "changed_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "freshness_slas_pkey" PRIMARY KEY ("shop","domain","system_id")
);
