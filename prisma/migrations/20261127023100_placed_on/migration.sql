ALTER TABLE "order_holds" ADD COLUMN "placed_on" TEXT[] NOT NULL DEFAULT '{}';
