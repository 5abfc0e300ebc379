-- Unlogged: written at every request to Shopify, and worth nothing after a crash of the database,
-- when the first answer says again what is in the bucket. So it costs no flush of the log.
CREATE UNLOGGED TABLE api_budgets (
  shop text PRIMARY KEY,
  available double precision NOT NULL,
  maximum double precision NOT NULL,
  restore_rate double precision NOT NULL,
  as_of timestamptz(6) NOT NULL,
  answered_at timestamptz(6) NOT NULL,
  throttled_at timestamptz(6),
  paused_until timestamptz(6)
) WITH (fillfactor = 50);
