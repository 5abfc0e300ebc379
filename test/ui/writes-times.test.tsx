import { describe, expect, it } from "vitest";
import { formatAgo } from "#app/ui/format/duration.ts";
import {
  formatClock,
  formatExact,
  formatMoment,
  formatTick,
  knownTimeZone,
} from "#app/ui/format/time.ts";
import { Moment, RelativeTime } from "#app/ui/kit/time.tsx";
import { renderScreen } from "./render-screen.tsx";

const at = "2026-04-10T18:05:09.123Z";
const nowMs = Date.parse("2026-04-11T00:00:00Z");

describe("moments", () => {
  it("are told in the shop's zone, with its day and its summer time", () => {
    expect(formatMoment(at, "America/Los_Angeles", nowMs)).toBe("10 Apr, 11:05 am");
    expect(formatMoment("2026-01-10T18:05:09Z", "America/Los_Angeles", nowMs)).toBe(
      "10 Jan, 10:05 am",
    );
    expect(formatMoment(at, "Asia/Tokyo", nowMs)).toBe("11 Apr, 3:05 am");
  });

  it("carry the year when it is not this one, as the shop's calendar has it", () => {
    const newYear = "2026-12-31T20:00:00Z";
    expect(formatMoment(newYear, "UTC", nowMs)).toBe("31 Dec, 8:00 pm");
    expect(formatMoment(newYear, "Asia/Tokyo", nowMs)).toBe("1 Jan 2027, 5:00 am");
  });

  it("call midnight and noon twelve", () => {
    expect(formatMoment("2026-04-10T00:00:00Z", "UTC", nowMs)).toBe("10 Apr, 12:00 am");
    expect(formatMoment("2026-04-10T12:00:00Z", "UTC", nowMs)).toBe("10 Apr, 12:00 pm");
  });

  it("are exact to the millisecond where one event is looked at", () => {
    expect(formatClock(at, "UTC")).toBe("6:05:09.123 pm");
    expect(formatExact("2026-04-10T00:00:00.007Z", "UTC")).toBe("10 Apr 2026, 12:00:00.007 am");
  });

  it("are short on an axis", () => {
    expect(formatTick("2026-04-10T14:00:00Z", "UTC", "time")).toBe("2pm");
    expect(formatTick("2026-04-10T14:05:00Z", "UTC", "time")).toBe("2:05pm");
    expect(formatTick(at, "Asia/Tokyo", "day")).toBe("Sat 11 Apr");
  });

  it("fall back to UTC for a zone that this machine does not know", () => {
    expect(knownTimeZone("Mars/Olympus_Mons")).toBe("UTC");
    expect(knownTimeZone(null)).toBe("UTC");
    expect(knownTimeZone("Europe/Berlin")).toBe("Europe/Berlin");
  });
});

describe("how long ago", () => {
  it("is told in one unit, rounded down", () => {
    expect([0, 1.9, 12.7, 59.9, 60, 3_599, 7_200, 86_400, 200_000].map(formatAgo)).toEqual([
      "just now",
      "just now",
      "12s ago",
      "59s ago",
      "1 min ago",
      "59 min ago",
      "2 h ago",
      "1 day ago",
      "2 days ago",
    ]);
  });

  it("looks ahead for what is planned", () => {
    expect([-90, -12].map(formatAgo)).toEqual(["in 1 min", "in 12s"]);
  });
});

describe("times on a screen", () => {
  it("count from the server's clock and carry the exact time for machines and on hover", () => {
    const markup = renderScreen(<RelativeTime at="2026-04-10T14:02:00.000Z" />, "Asia/Tokyo");
    expect(markup).toContain('dateTime="2026-04-10T14:02:00.000Z"');
    expect(markup).toContain('title="10 Apr 2026, 11:02:00.000 pm (Asia/Tokyo)"');
    expect(markup).toContain(">3 min ago<");
  });

  it("call what came after the data was read just now", () => {
    expect(renderScreen(<RelativeTime at="2026-04-10T14:05:09.200Z" />)).toContain(">just now<");
  });

  it("are drawn in a zone that every machine knows when the shop's is unknown", () => {
    const markup = renderScreen(<Moment at="2026-04-10T14:02:00.000Z" />, "Mars/Olympus_Mons");
    expect(markup).toContain(">10 Apr, 2:02 pm<");
    expect(markup).toContain("(UTC)");
  });
});
