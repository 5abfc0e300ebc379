CREATE TABLE "api_keys" (
    "hash" BYTEA NOT NULL,
    "shop" TEXT NOT NULL,
    "system_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "revoked_at" TIMESTAMPTZ(6),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("hash")
);
CREATE INDEX "api_keys_system_id_idx" ON "api_keys"("system_id");

CREATE TABLE "api_idempotency" (
    "shop" TEXT NOT NULL,
    "caller" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "status" INTEGER,
    "answer" BYTEA,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "api_idempotency_pkey" PRIMARY KEY ("shop","caller","key")
);
CREATE INDEX "api_idempotency_created_at_idx" ON "api_idempotency"("created_at");
