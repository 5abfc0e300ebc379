-- One comparison, from its start to its end.
CREATE TABLE "reconciliations" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "system" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'running',
    "phase" TEXT NOT NULL DEFAULT 'query',
    "version" INTEGER NOT NULL DEFAULT 0,
    "work" JSONB NOT NULL DEFAULT '{}',
    "compared" INTEGER NOT NULL DEFAULT 0,
    "found" INTEGER NOT NULL DEFAULT 0,
    "repaired" INTEGER NOT NULL DEFAULT 0,
    "in_flight" INTEGER NOT NULL DEFAULT 0,
    "note" TEXT,
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "reconciliations_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "reconciliations_shop_id_idx" ON "reconciliations"("shop", "id" DESC);
-- Partial, which the Prisma schema cannot express: one comparison of the same runs at a time.
CREATE UNIQUE INDEX "reconciliations_running_key" ON "reconciliations"("shop", "domain", "system")
  WHERE "status" = 'running';

CREATE UNLOGGED TABLE "reconciliation_rows" (
    "run_id" UUID NOT NULL,
    -- Byte order: ids are paged through.
    "id" TEXT COLLATE "C" NOT NULL,
    "sku" TEXT,
    "item_id" TEXT,
    "location_id" TEXT,
    "quantity" INTEGER,
    "version" TEXT NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "reconciliation_rows_pkey" PRIMARY KEY ("run_id","id")
);
CREATE INDEX "reconciliation_rows_run_id_sku_idx" ON "reconciliation_rows"("run_id", "sku");

CREATE TABLE "reconciliation_findings" (
    "run_id" UUID NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "side" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "resource_id" TEXT,
    "sku" TEXT,
    "location_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'suspected',
    "detail" BYTEA,
    "field" TEXT,
    "settled_at" TIMESTAMPTZ(6),

    CONSTRAINT "reconciliation_findings_pkey" PRIMARY KEY ("run_id","side","key")
);
CREATE INDEX "reconciliation_findings_run_id_state_side_key_idx"
  ON "reconciliation_findings"("run_id", "state", "side", "key");

CREATE TABLE "web_presence" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "seen_at" TIMESTAMPTZ(6) NOT NULL,
    "outage_until" TIMESTAMPTZ(6),

    CONSTRAINT "web_presence_pkey" PRIMARY KEY ("id")
);
