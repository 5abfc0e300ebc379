CREATE TABLE "replay_jobs" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "selection" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'running',
    "pace_per_second" DOUBLE PRECISION NOT NULL,
    "step" INTEGER NOT NULL DEFAULT 0,
    "stepped_at" TIMESTAMPTZ(6) NOT NULL,
    "total" INTEGER NOT NULL,
    "done" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "replay_jobs_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "replay_jobs_shop_id_idx" ON "replay_jobs"("shop", "id" DESC);

CREATE TABLE "replay_items" (
    "replay_id" UUID NOT NULL,
    "system_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "letter_id" TEXT NOT NULL,

    CONSTRAINT "replay_items_pkey" PRIMARY KEY ("replay_id","system_id","letter_id","kind")
);

-- What changed since a time? (recover)
CREATE INDEX "changes_shop_processed_at_idx" ON "changes"("shop", "processed_at");
