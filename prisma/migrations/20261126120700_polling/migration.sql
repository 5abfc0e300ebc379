-- CreateTable
CREATE TABLE "topic_spans" (
    "shop" TEXT NOT NULL,
    "span" TIMESTAMPTZ(0) NOT NULL,
    "topic" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "bucket" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "topic_spans_pkey" PRIMARY KEY ("shop","span","topic","kind","bucket")
);

-- CreateTable
CREATE TABLE "poll_feeds" (
    "shop" TEXT NOT NULL,
    "feed" TEXT NOT NULL,
    "every_seconds" INTEGER NOT NULL,
    "next_at" TIMESTAMPTZ(6) NOT NULL,
    "lease_id" UUID,
    "lease_until" TIMESTAMPTZ(6),
    "watermark" TIMESTAMPTZ(6),
    "overlap_seconds" INTEGER NOT NULL DEFAULT 180,
    "deep_at" TIMESTAMPTZ(6),
    "requested_since" TIMESTAMPTZ(6),
    "requested_reason" TEXT,
    "progress" JSONB,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,
    "restore_rate" DOUBLE PRECISION,
    "completed_at" TIMESTAMPTZ(6),

    CONSTRAINT "poll_feeds_pkey" PRIMARY KEY ("shop","feed")
);

-- CreateTable
CREATE TABLE "poll_passes" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "feed" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "completed_at" TIMESTAMPTZ(6) NOT NULL,
    "from_at" TIMESTAMPTZ(6) NOT NULL,
    "to_at" TIMESTAMPTZ(6) NOT NULL,
    "slices" INTEGER NOT NULL,
    "pages" INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,
    "found" INTEGER NOT NULL,
    "points" DOUBLE PRECISION NOT NULL,
    "note" TEXT,

    CONSTRAINT "poll_passes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "missed_webhooks" (
    "shop" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "version_at" TIMESTAMPTZ(6) NOT NULL,
    "changed_at" TIMESTAMPTZ(6) NOT NULL,
    "found_at" TIMESTAMPTZ(6) NOT NULL,
    "state" TEXT NOT NULL,
    "checks" INTEGER NOT NULL,
    "check_at" TIMESTAMPTZ(6),
    "webhook_at" TIMESTAMPTZ(6),

    CONSTRAINT "missed_webhooks_pkey" PRIMARY KEY ("shop","resource_id","version_at")
);

-- CreateIndex
CREATE INDEX "poll_feeds_next_at_idx" ON "poll_feeds"("next_at");

-- CreateIndex
CREATE INDEX "poll_passes_shop_id_idx" ON "poll_passes"("shop", "id" DESC);

-- CreateIndex
CREATE INDEX "poll_passes_shop_feed_id_idx" ON "poll_passes"("shop", "feed", "id" DESC);

-- CreateIndex
CREATE INDEX "missed_webhooks_check_at_idx" ON "missed_webhooks"("check_at");

-- CreateIndex
CREATE INDEX "missed_webhooks_shop_found_at_idx" ON "missed_webhooks"("shop", "found_at" DESC);
