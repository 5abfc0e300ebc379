-- Orders of high value are kept from being shipped until the systems that have to agree did.
CREATE TABLE "order_hold_rules" (
    "shop" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "participants" JSONB NOT NULL,
    "ttl_seconds" INTEGER NOT NULL,
    "on_silence" TEXT NOT NULL,
    "since" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "order_hold_rules_pkey" PRIMARY KEY ("shop","name")
);

CREATE TABLE "order_holds" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "reference" BYTEA,
    "status" TEXT NOT NULL DEFAULT 'held',
    "reason" TEXT,
    "step" TEXT NOT NULL DEFAULT 'place',
    "weighed" BOOLEAN NOT NULL,
    "told" BOOLEAN NOT NULL DEFAULT false,
    "ttl_seconds" INTEGER NOT NULL,
    "on_silence" TEXT NOT NULL,
    "correlation_id" TEXT NOT NULL,
    "traceparent" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "decided_at" TIMESTAMPTZ(6),

    CONSTRAINT "order_holds_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "order_holds_shop_order_id_rule_key" ON "order_holds"("shop", "order_id", "rule");
CREATE INDEX "order_holds_shop_id_idx" ON "order_holds"("shop", "id" DESC);
-- Those that wait for the merchant, looked at with every look at a shop.
CREATE INDEX "order_holds_undecided_idx" ON "order_holds"("shop") WHERE "step" = 'placed' AND "status" <> 'held';
