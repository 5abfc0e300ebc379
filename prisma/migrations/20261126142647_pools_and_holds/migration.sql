-- One quantity per article that a group shares, and one per stock level that a hold of a lone store is on.
CREATE TABLE "pools" (
    "id" UUID NOT NULL,
    "group_id" TEXT,
    "shop" TEXT,
    "sku" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL DEFAULT 0,
    "held" INTEGER NOT NULL DEFAULT 0,
    "seq" INTEGER,
    "buffer" INTEGER NOT NULL DEFAULT 0,
    "raised_at" TIMESTAMPTZ(6) NOT NULL DEFAULT 'epoch',
    "sold_at" TIMESTAMPTZ(6),
    "owner_at" TIMESTAMPTZ(6),

    CONSTRAINT "pools_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "pools_held_check" CHECK ("held" >= 0)
);
-- Partial, which the Prisma schema cannot express.
CREATE UNIQUE INDEX "pools_group_id_sku_key" ON "pools"("group_id", "sku") WHERE "group_id" IS NOT NULL;
CREATE INDEX "pools_shop_idx" ON "pools"("shop");

CREATE TABLE "pool_ledger" (
    "pool_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "prev_seq" INTEGER,
    "kind" TEXT NOT NULL,
    "delta" INTEGER NOT NULL DEFAULT 0,
    "held_delta" INTEGER NOT NULL DEFAULT 0,
    "before" INTEGER NOT NULL DEFAULT 0,
    "after" INTEGER NOT NULL DEFAULT 0,
    "held_before" INTEGER NOT NULL DEFAULT 0,
    "held_after" INTEGER NOT NULL DEFAULT 0,
    "source" TEXT NOT NULL,
    "shop" TEXT,
    "note" TEXT,
    "correlation_id" TEXT,
    "at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "pool_ledger_pkey" PRIMARY KEY ("pool_id","seq"),
    CONSTRAINT "pool_ledger_adds_up" CHECK ("after" = "before" + "delta"
      AND "held_after" = "held_before" + "held_delta"),
    CONSTRAINT "pool_ledger_sums_key" UNIQUE ("pool_id","seq","after","held_after")
);
CREATE UNIQUE INDEX "pool_ledger_pool_id_source_key" ON "pool_ledger"("pool_id", "source");
CREATE INDEX "pool_ledger_pool_id_at_idx" ON "pool_ledger"("pool_id", "at");
CREATE INDEX "pool_ledger_shop_idx" ON "pool_ledger"("shop");
CREATE INDEX "pool_ledger_pool_id_prev_seq_idx" ON "pool_ledger"("pool_id", "prev_seq");
CREATE INDEX "pool_ledger_at_idx" ON "pool_ledger"("at");
-- Each entry begins where the one before it ended, and a pool is where its last entry ended: that a
-- pool is the sum of its ledger is checked by the database, at each change, for the price of two look-ups.
-- The oldest entries go with time; what was before them is then the first entry's "before".
ALTER TABLE "pool_ledger" ADD CONSTRAINT "pool_ledger_chain_fkey"
  FOREIGN KEY ("pool_id","prev_seq","before","held_before")
  REFERENCES "pool_ledger"("pool_id","seq","after","held_after") ON DELETE SET NULL ("prev_seq");
ALTER TABLE "pools" ADD CONSTRAINT "pools_ledger_fkey"
  FOREIGN KEY ("id","seq","quantity","held")
  REFERENCES "pool_ledger"("pool_id","seq","after","held_after");

-- A stock level at which a store shows what it may sell of a pool.
CREATE TABLE "pool_levels" (
    "shop" TEXT NOT NULL,
    "level_id" TEXT NOT NULL,
    "pool_id" UUID NOT NULL,
    "item_id" TEXT NOT NULL,
    "location_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "seen" INTEGER,
    "committed" INTEGER,
    "read_at" TIMESTAMPTZ(6),
    "asked_at" TIMESTAMPTZ(6),
    "recount" BOOLEAN NOT NULL DEFAULT false,
    "pending_id" UUID,
    "pending_kind" TEXT,
    "pending_from" INTEGER,
    "pending_to" INTEGER,
    "pending_hold" UUID,
    "pending_at" TIMESTAMPTZ(6),
    "written_at" TIMESTAMPTZ(6),
    "written" TEXT,

    CONSTRAINT "pool_levels_pkey" PRIMARY KEY ("shop","level_id")
);
CREATE INDEX "pool_levels_pool_id_idx" ON "pool_levels"("pool_id");

-- What became of the words of systems that own a pool.
CREATE TABLE "pool_changes" (
    "event_id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "system_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "correlation_id" TEXT NOT NULL,
    "settled_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "pool_changes_pkey" PRIMARY KEY ("event_id")
);
CREATE INDEX "pool_changes_shop_idx" ON "pool_changes"("shop");
CREATE INDEX "pool_changes_settled_at_idx" ON "pool_changes"("settled_at");

-- What is kept back from sale, so that what other stores sell meanwhile is not sold twice.
CREATE TABLE "inventory_buffers" (
    "group_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL DEFAULT '',
    "position" INTEGER NOT NULL,
    "mode" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "peak_windows" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "inventory_buffers_pkey" PRIMARY KEY ("group_id","sku")
);

CREATE TABLE "holds" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "group_id" TEXT,
    "pool_id" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "reference" TEXT NOT NULL,
    "auto_confirm" BOOLEAN NOT NULL DEFAULT true,
    "status" TEXT NOT NULL DEFAULT 'held',
    "reason" TEXT,
    "level_id" TEXT,
    "moved" INTEGER NOT NULL DEFAULT 0,
    "move_state" TEXT NOT NULL DEFAULT 'none',
    "told" BOOLEAN NOT NULL DEFAULT false,
    "correlation_id" TEXT NOT NULL,
    "traceparent" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "decided_at" TIMESTAMPTZ(6),

    CONSTRAINT "holds_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "holds_shop_id_idx" ON "holds"("shop", "id" DESC);
CREATE INDEX "holds_group_id_id_idx" ON "holds"("group_id", "id" DESC);
CREATE INDEX "holds_pool_id_id_idx" ON "holds"("pool_id", "id" DESC);
-- Partial: the few whose units are still to be moved, or back.
CREATE INDEX "holds_moves_idx" ON "holds"("shop", "level_id") WHERE "move_state" IN ('take', 'return');

CREATE TABLE "hold_participants" (
    "hold_id" UUID NOT NULL,
    "system_id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "answer" TEXT,
    "answered_at" TIMESTAMPTZ(6),

    CONSTRAINT "hold_participants_pkey" PRIMARY KEY ("hold_id","system_id")
);
CREATE INDEX "hold_participants_shop_idx" ON "hold_participants"("shop");
