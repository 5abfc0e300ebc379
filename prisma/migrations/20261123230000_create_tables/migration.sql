-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "isOnline" BOOLEAN NOT NULL DEFAULT false,
    "scope" TEXT,
    "expires" TIMESTAMP(3),
    "accessToken" TEXT NOT NULL,
    "userId" BIGINT,
    "firstName" TEXT,
    "lastName" TEXT,
    "email" TEXT,
    "accountOwner" BOOLEAN NOT NULL DEFAULT false,
    "locale" TEXT,
    "collaborator" BOOLEAN DEFAULT false,
    "emailVerified" BOOLEAN DEFAULT false,
    "refreshToken" TEXT,
    "refreshTokenExpires" TIMESTAMP(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shops" (
    "shop" TEXT NOT NULL,
    "name" TEXT,
    "currency" TEXT,
    "time_zone" TEXT,
    "plan" TEXT,
    "scopes" TEXT NOT NULL DEFAULT '',
    "installed_at" TIMESTAMPTZ(6) NOT NULL,
    "uninstalled_at" TIMESTAMPTZ(6),
    "reconnect_needed_at" TIMESTAMPTZ(6),
    "learned_at" TIMESTAMPTZ(6),

    CONSTRAINT "shops_pkey" PRIMARY KEY ("shop")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "id" BIGSERIAL NOT NULL,
    "shop" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "events" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "transport" TEXT NOT NULL,
    "delivery_key" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "domain" TEXT,
    "type" TEXT,
    "status" TEXT NOT NULL DEFAULT 'received',
    "reason" TEXT,
    "resource_type" TEXT,
    "resource_id" TEXT,
    "version" TEXT,
    "version_at" TIMESTAMPTZ(6),
    "sku" TEXT,
    "shopify_event_id" TEXT,
    "correlation_id" TEXT NOT NULL,
    "traceparent" TEXT NOT NULL,
    "api_version" TEXT,
    "subscription" TEXT,
    "triggered_at" TIMESTAMPTZ(6),
    "received_at" TIMESTAMPTZ(6) NOT NULL,
    "started_at" TIMESTAMPTZ(6),
    "processed_at" TIMESTAMPTZ(6),
    "duplicates" INTEGER NOT NULL DEFAULT 0,
    "last_duplicate_at" TIMESTAMPTZ(6),
    "body_bytes" INTEGER NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_bodies" (
    "event_id" UUID NOT NULL,
    "body" BYTEA NOT NULL,
    "headers" JSONB NOT NULL,

    CONSTRAINT "event_bodies_pkey" PRIMARY KEY ("event_id")
);

-- CreateTable
CREATE TABLE "event_outcomes" (
    "shop" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "outcome" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "event_outcomes_pkey" PRIMARY KEY ("shop","minute","outcome")
);

-- CreateTable
CREATE TABLE "mirror_resources" (
    "shop" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "version_at" TIMESTAMPTZ(6) NOT NULL,
    "triggered_at" TIMESTAMPTZ(6),
    "deleted" BOOLEAN NOT NULL DEFAULT false,
    "digest" BYTEA NOT NULL,
    "state" BYTEA NOT NULL,
    "event_id" UUID NOT NULL,
    "applied_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "mirror_resources_pkey" PRIMARY KEY ("shop","type","id")
);

-- CreateTable
CREATE TABLE "changes" (
    "id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "domain" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "version_at" TIMESTAMPTZ(6) NOT NULL,
    "sku" TEXT,
    "source" TEXT NOT NULL,
    "correlation_id" TEXT NOT NULL,
    "traceparent" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(6) NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL,
    "processed_at" TIMESTAMPTZ(6) NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "changes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sku_links" (
    "shop" TEXT NOT NULL,
    "inventory_item_id" TEXT NOT NULL,
    "variant_id" TEXT,
    "product_id" TEXT,
    "sku" TEXT NOT NULL,

    CONSTRAINT "sku_links_pkey" PRIMARY KEY ("shop","inventory_item_id")
);

-- CreateTable
CREATE TABLE "systems" (
    "id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "domains" TEXT[],
    "status" TEXT NOT NULL DEFAULT 'active',
    "status_reason" TEXT,
    "status_since" TIMESTAMPTZ(6) NOT NULL,
    "secret" BYTEA NOT NULL,
    "previous_secret" BYTEA,
    "previous_secret_until" TIMESTAMPTZ(6),
    "delivery_policy" JSONB NOT NULL,
    "circuit_policy" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "deleted_at" TIMESTAMPTZ(6),

    CONSTRAINT "systems_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deliveries" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "system_id" TEXT NOT NULL,
    "change_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "event_id" UUID NOT NULL,
    "domain" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "sku" TEXT,
    "version_at" TIMESTAMPTZ(6) NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(6) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "finished_at" TIMESTAMPTZ(6),
    "reason" TEXT,
    "http_status" INTEGER,
    "replay_of" UUID,
    "replayed_at" TIMESTAMPTZ(6),

    CONSTRAINT "deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery_attempts" (
    "delivery_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "http_status" INTEGER,
    "error" TEXT,
    "response" TEXT,

    CONSTRAINT "delivery_attempts_pkey" PRIMARY KEY ("delivery_id","attempt")
);

-- CreateTable
CREATE TABLE "lag_buckets" (
    "shop" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "domain" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "system_id" TEXT NOT NULL DEFAULT '',
    "bucket" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "lag_buckets_pkey" PRIMARY KEY ("shop","domain","stage","system_id","minute","bucket")
);

-- CreateTable
CREATE TABLE "counters" (
    "name" TEXT NOT NULL,
    "labels" TEXT NOT NULL,
    "value" BIGINT NOT NULL,

    CONSTRAINT "counters_pkey" PRIMARY KEY ("name","labels")
);

-- CreateIndex
CREATE INDEX "sessions_shop_idx" ON "sessions"("shop");

-- CreateIndex
CREATE INDEX "audit_entries_shop_id_idx" ON "audit_entries"("shop", "id" DESC);

-- CreateIndex
CREATE INDEX "events_shop_id_idx" ON "events"("shop", "id" DESC);

-- CreateIndex
CREATE INDEX "events_shop_resource_id_id_idx" ON "events"("shop", "resource_id", "id" DESC);

-- CreateIndex
CREATE INDEX "events_shop_correlation_id_idx" ON "events"("shop", "correlation_id");

-- CreateIndex
CREATE INDEX "events_shop_status_id_idx" ON "events"("shop", "status", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "events_shop_transport_delivery_key_key" ON "events"("shop", "transport", "delivery_key");

-- CreateIndex
CREATE INDEX "changes_event_id_idx" ON "changes"("event_id");

-- CreateIndex
CREATE INDEX "sku_links_shop_sku_idx" ON "sku_links"("shop", "sku");

-- CreateIndex
CREATE INDEX "systems_shop_idx" ON "systems"("shop");

-- CreateIndex
CREATE INDEX "deliveries_event_id_idx" ON "deliveries"("event_id");

-- CreateIndex
CREATE INDEX "deliveries_shop_system_id_id_idx" ON "deliveries"("shop", "system_id", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "deliveries_system_id_change_id_generation_key" ON "deliveries"("system_id", "change_id", "generation");



-- Partial indexes, which the Prisma schema cannot express.

-- A lane asks: what is due for this system?
CREATE INDEX "deliveries_due_idx" ON "deliveries" ("system_id", "next_attempt_at")
  WHERE "status" IN ('pending', 'retrying');

-- One in flight per system and resource; older pending versions are superseded by newer ones.
CREATE INDEX "deliveries_open_resource_idx" ON "deliveries" ("system_id", "resource_id", "version_at")
  WHERE "status" IN ('pending', 'delivering', 'retrying', 'waiting');

-- Was a newer version of this resource already delivered?
CREATE INDEX "deliveries_delivered_resource_idx" ON "deliveries" ("system_id", "resource_id", "version_at")
  WHERE "status" = 'delivered';

CREATE INDEX "deliveries_dead_idx" ON "deliveries" ("shop", "id")
  WHERE "status" = 'dead' AND "replayed_at" IS NULL;

CREATE INDEX "deliveries_in_flight_idx" ON "deliveries" ("system_id")
  WHERE "status" = 'delivering';
