CREATE TABLE "write_intents" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "system_id" TEXT,
    "domain" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "generation" INTEGER NOT NULL DEFAULT 0,
    "attempt" BYTEA,
    "attempted_at" TIMESTAMPTZ(6),
    "story" BYTEA NOT NULL,
    "outcome" TEXT,
    "correlation_id" TEXT NOT NULL,
    "traceparent" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "settled_at" TIMESTAMPTZ(6),

    CONSTRAINT "write_intents_pkey" PRIMARY KEY ("id")
);
-- A job that runs twice makes one intent.
CREATE UNIQUE INDEX "write_intents_shop_event_id_resource_id_key" ON "write_intents"("shop", "event_id", "resource_id");
