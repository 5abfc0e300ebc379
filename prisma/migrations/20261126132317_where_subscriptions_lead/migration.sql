-- What a check found of each topic's subscriptions made through the API, for the screen.
ALTER TABLE "topic_states" ADD COLUMN "made" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "topic_states" ADD COLUMN "surplus" INTEGER NOT NULL DEFAULT 0;
