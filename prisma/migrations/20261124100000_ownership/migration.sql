-- CreateTable
CREATE TABLE "ownership_rules" (
    "shop" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "on_foreign_write" TEXT NOT NULL,
    "chosen" BOOLEAN NOT NULL,
    "changed_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "ownership_rules_pkey" PRIMARY KEY ("shop","domain")
);

-- CreateTable
CREATE TABLE "discrepancies" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "system_id" TEXT NOT NULL DEFAULT '',
    "owner" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "location_id" TEXT NOT NULL DEFAULT '',
    "sku" TEXT,
    "values" BYTEA NOT NULL,
    "cause" TEXT NOT NULL,
    "event_id" UUID,
    "correlation_id" TEXT NOT NULL,
    "traceparent" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'open',
    "times" INTEGER NOT NULL DEFAULT 1,
    "first_seen_at" TIMESTAMPTZ(6) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL,
    "resolved_at" TIMESTAMPTZ(6),
    "resolution" TEXT,

    CONSTRAINT "discrepancies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "write_echoes" (
    "shop" TEXT NOT NULL,
    "intent_id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "fields" TEXT[],
    "digest" BYTEA NOT NULL,
    "system_id" TEXT,
    "written_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "write_echoes_pkey" PRIMARY KEY ("shop","resource_id","intent_id")
);

-- AlterTable: who caused the change: null (somebody in Shopify), 'converge', or a system's id.
ALTER TABLE "changes" ADD COLUMN "origin" TEXT;

-- CreateIndex
CREATE INDEX "discrepancies_shop_id_idx" ON "discrepancies"("shop", "id" DESC);

-- Partial, which the Prisma schema cannot express: one open discrepancy for one disagreement.
CREATE UNIQUE INDEX "discrepancies_open_key" ON "discrepancies"
  ("shop", "domain", "resource_type", "resource_id", "location_id", "system_id", "kind")
  WHERE "status" = 'open';

-- The list of what is open, newest first, however much was settled before.
CREATE INDEX "discrepancies_open_idx" ON "discrepancies" ("shop", "id" DESC) WHERE "status" = 'open';
