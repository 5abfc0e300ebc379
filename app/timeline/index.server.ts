/**
 * Everything that happened to one record: told, decided, sent, written, disputed, shared.
 * Promise: one story in order of time, of a bounded number of the newest events. Tables: none.
 */
export { readTimeline } from "./read-timeline.ts";
