-- The circuit of each system: seen by every worker, and by screens.
ALTER TABLE "systems" ADD COLUMN "circuit_state" TEXT NOT NULL DEFAULT 'closed';
ALTER TABLE "systems" ADD COLUMN "circuit_since" TIMESTAMPTZ(6);
ALTER TABLE "systems" ADD COLUMN "circuit_probe_at" TIMESTAMPTZ(6);
ALTER TABLE "systems" ADD COLUMN "circuit_failed_probes" INTEGER NOT NULL DEFAULT 0;

-- Attempts that were probes of an open circuit: they do not use up a delivery's attempts.
ALTER TABLE "deliveries" ADD COLUMN "probes" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "delivery_gates" (
    "system_id" TEXT NOT NULL,
    "outcomes" JSONB NOT NULL DEFAULT '[]',
    "next_send_at" TIMESTAMPTZ(6),

    CONSTRAINT "delivery_gates_pkey" PRIMARY KEY ("system_id")
);
-- One row per system that is rewritten with every batch: room for the new version on its own page.
ALTER TABLE "delivery_gates" SET (fillfactor = 50);

CREATE TABLE "delivery_minutes" (
    "shop" TEXT NOT NULL,
    "system_id" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "delivered" INTEGER NOT NULL,
    "dead" INTEGER NOT NULL,
    "failed_attempts" INTEGER NOT NULL,
    "last_delivered_at" TIMESTAMPTZ(6),

    CONSTRAINT "delivery_minutes_pkey" PRIMARY KEY ("shop","system_id","minute")
);

CREATE TABLE "delivery_issues" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "system_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "state_since" TIMESTAMPTZ(6) NOT NULL,
    "reason" TEXT NOT NULL,
    "http_status" INTEGER,
    "count" INTEGER NOT NULL,
    "first_seen_at" TIMESTAMPTZ(6) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "delivery_issues_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "delivery_issues_system_id_fingerprint_key" ON "delivery_issues"("system_id", "fingerprint");
CREATE INDEX "delivery_issues_shop_state_last_seen_at_idx" ON "delivery_issues"("shop", "state", "last_seen_at" DESC);

CREATE TABLE "delivery_issue_resources" (
    "system_id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "issue_id" UUID NOT NULL,

    CONSTRAINT "delivery_issue_resources_pkey" PRIMARY KEY ("system_id","resource_id","issue_id")
);
CREATE INDEX "delivery_issue_resources_issue_id_idx" ON "delivery_issue_resources"("issue_id");

-- What waits for a system, and since when?
CREATE INDEX "deliveries_open_created_idx" ON "deliveries" ("system_id", "created_at")
  WHERE "status" IN ('pending', 'delivering', 'retrying', 'waiting');
CREATE INDEX "deliveries_dead_system_idx" ON "deliveries" ("system_id", "resource_id")
  WHERE "status" = 'dead' AND "replayed_at" IS NULL;
CREATE INDEX "deliveries_waiting_idx" ON "deliveries" ("system_id", "next_attempt_at")
  WHERE "status" = 'waiting';
