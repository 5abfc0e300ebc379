-- Old rows go by these. Rows arrive in the order of time, so a block range index is enough, and it
-- costs the statements that write them next to nothing.
CREATE INDEX "lag_buckets_minute_idx" ON "lag_buckets" USING brin ("minute");
CREATE INDEX "event_outcomes_minute_idx" ON "event_outcomes" USING brin ("minute");
CREATE INDEX "delivery_minutes_minute_idx" ON "delivery_minutes" USING brin ("minute");
CREATE INDEX "write_echoes_written_at_idx" ON "write_echoes" USING brin ("written_at");
CREATE INDEX "audit_entries_at_idx" ON "audit_entries" USING brin ("at");
