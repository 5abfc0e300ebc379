-- How a system's full state is read and compared.
ALTER TABLE "systems" ADD COLUMN "comparison" JSONB NOT NULL DEFAULT '{}';
