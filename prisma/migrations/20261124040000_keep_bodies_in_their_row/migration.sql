-- A sealed body does not compress, and cutting one of 2 KB into TOAST chunks writes six WAL records
-- instead of one: bodies stay in their row while it fits a page.
ALTER TABLE "event_bodies" SET (toast_tuple_target = 8160);
ALTER TABLE "event_bodies" ALTER COLUMN "body" SET STORAGE EXTERNAL;
