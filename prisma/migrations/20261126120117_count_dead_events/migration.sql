-- How many events of the whole installation nobody could understand: /metrics asks every few seconds.
CREATE INDEX "events_dead_idx" ON "events" ("id") WHERE "status" = 'dead';
