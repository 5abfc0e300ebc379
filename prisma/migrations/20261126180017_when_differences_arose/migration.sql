-- Differences that arise in the same hour of the day have a cause: an import, a night shift, a job.
ALTER TABLE "reconciliation_findings" ADD COLUMN "changed_at" TIMESTAMPTZ(6);
