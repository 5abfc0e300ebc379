ALTER TABLE "shops" ADD COLUMN "setup_dismissed_at" TIMESTAMPTZ(6);
