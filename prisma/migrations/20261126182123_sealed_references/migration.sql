-- What a hold is for may name a person: it is sealed, and the ledger does not repeat it.
ALTER TABLE "holds" DROP COLUMN "reference", ADD COLUMN "reference" BYTEA;
UPDATE "pool_ledger" SET "note" = NULL WHERE "kind" = 'hold';
