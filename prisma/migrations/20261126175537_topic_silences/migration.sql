-- What Shopify answered when a topic was quieter than its rhythm: up to when nothing had happened
-- (clear_until), or since when it has changes that it did not tell of.
CREATE TABLE "topic_silences" (
  "shop" TEXT NOT NULL,
  "topic" TEXT NOT NULL,
  "clear_until" TIMESTAMPTZ(6),
  "since" TIMESTAMPTZ(6),
  "up_to" TIMESTAMPTZ(6),
  "changes" INTEGER NOT NULL DEFAULT 0,

  CONSTRAINT "topic_silences_pkey" PRIMARY KEY ("shop", "topic")
);
