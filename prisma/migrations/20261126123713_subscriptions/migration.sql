-- When each topic was last heard of, by which way: a page and a check cost the same at any history.
CREATE TABLE "topic_heartbeats" (
    "shop" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "way" TEXT NOT NULL,
    "subscription" TEXT NOT NULL,
    "last_at" TIMESTAMPTZ(6) NOT NULL,
    "applied_at" TIMESTAMPTZ(6),
    "api_version" TEXT,
    "events" BIGINT NOT NULL,

    CONSTRAINT "topic_heartbeats_pkey" PRIMARY KEY ("shop","topic","way","subscription")
);
-- Few rows that are rewritten with every batch: room for the new version on its own page.
ALTER TABLE "topic_heartbeats" SET (fillfactor = 50);

CREATE TABLE "topic_states" (
    "shop" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "problem" TEXT,
    "since" TIMESTAMPTZ(6) NOT NULL,
    "checked_at" TIMESTAMPTZ(6) NOT NULL,
    "did" TEXT,
    "did_at" TIMESTAMPTZ(6),
    "substitute_id" TEXT,

    CONSTRAINT "topic_states_pkey" PRIMARY KEY ("shop","topic")
);
