-- Everything a system has of one domain, as it told us.
CREATE TABLE "snapshots" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "system_id" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'receiving',
    "source" TEXT NOT NULL,
    "rows" INTEGER NOT NULL DEFAULT 0,
    "rejected" INTEGER NOT NULL DEFAULT 0,
    "rejections" JSONB NOT NULL DEFAULT '[]',
    "gaps" BOOLEAN NOT NULL DEFAULT false,
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "completed_at" TIMESTAMPTZ(6),

    CONSTRAINT "snapshots_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "snapshots_shop_system_id_domain_idx" ON "snapshots"("shop", "system_id", "domain");
CREATE INDEX "snapshots_status_started_at_idx" ON "snapshots"("status", "started_at");
-- Partial, which the Prisma schema cannot express: one full state counts at a time.
CREATE UNIQUE INDEX "snapshots_current_key" ON "snapshots"("shop", "system_id", "domain")
  WHERE "status" = 'current';

CREATE TABLE "snapshot_rows" (
    "snapshot_id" UUID NOT NULL,
    -- Byte order: keys are paged through.
    "key" TEXT COLLATE "C" NOT NULL,
    "observed_at" TIMESTAMPTZ(6),
    "fields" BYTEA,

    CONSTRAINT "snapshot_rows_pkey" PRIMARY KEY ("snapshot_id","key")
);
