-- A level that is lowered to nothing, so that another location of the store can take over.
ALTER TABLE "pool_levels" ADD COLUMN "leaving" BOOLEAN NOT NULL DEFAULT false;
