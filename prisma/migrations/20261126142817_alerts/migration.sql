CREATE TABLE "alerts" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "domain" TEXT,
    "system_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'open',
    "severity" TEXT NOT NULL,
    "level" INTEGER NOT NULL,
    "detail" JSONB NOT NULL,
    "opened_at" TIMESTAMPTZ(6) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL,
    "acknowledged_at" TIMESTAMPTZ(6),
    "snoozed_until" TIMESTAMPTZ(6),
    "closed_at" TIMESTAMPTZ(6),
    "closed_because" TEXT,

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "alerts_shop_id_idx" ON "alerts"("shop", "id" DESC);
-- One incident, one alert.
CREATE UNIQUE INDEX "alerts_standing" ON "alerts"("shop", "kind", "subject") WHERE "state" <> 'closed';

CREATE TABLE "alert_watches" (
    "shop" TEXT NOT NULL,
    "next_at" TIMESTAMPTZ(6) NOT NULL,
    "looked_at" TIMESTAMPTZ(6),
    "usual_discrepancies" DOUBLE PRECISION,

    CONSTRAINT "alert_watches_pkey" PRIMARY KEY ("shop")
);
CREATE INDEX "alert_watches_next_at_idx" ON "alert_watches"("next_at");
