CREATE TABLE "alert_channels" (
    "id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "target" BYTEA NOT NULL,
    "severity" TEXT NOT NULL,
    "quiet_hours" JSONB,
    "status" TEXT NOT NULL DEFAULT 'active',
    "next_at" TIMESTAMPTZ(6),
    "rests_until" TIMESTAMPTZ(6),
    "lease_id" UUID,
    "lease_until" TIMESTAMPTZ(6),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,
    "delivered_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "alert_channels_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "alert_channels_shop_idx" ON "alert_channels"("shop");
CREATE INDEX "alert_channels_next_at_idx" ON "alert_channels"("next_at");

CREATE TABLE "alert_notices" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,
    "alert_id" UUID NOT NULL,
    "what" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(6) NOT NULL,
    "batch_id" UUID,
    "settled_at" TIMESTAMPTZ(6),
    "arrived" BOOLEAN,

    CONSTRAINT "alert_notices_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "alert_notices_alert_id_idx" ON "alert_notices"("alert_id");
CREATE INDEX "alert_notices_shop_idx" ON "alert_notices"("shop");
-- What waits, whatever was sent before.
CREATE INDEX "alert_notices_waiting" ON "alert_notices"("channel_id", "due_at") WHERE "settled_at" IS NULL;
