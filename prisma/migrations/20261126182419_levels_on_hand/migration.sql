-- What a store has on hand, counted with what is available.
ALTER TABLE "pool_levels" ADD COLUMN "on_hand" INTEGER;
