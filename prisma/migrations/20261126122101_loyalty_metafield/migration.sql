-- Where a shop keeps its loyalty points: the customer metafield its merchant chose.
ALTER TABLE "ownership_rules" ADD COLUMN "metafield" TEXT;
