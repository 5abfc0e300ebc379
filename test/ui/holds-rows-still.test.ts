import { describe, expect, it } from "vitest";
import { mergeRows } from "#app/ui/kit/steady-rows.tsx";

const rows = (...ids: readonly number[]) => ids.map((id) => ({ id: String(id), seen: "before" }));
const now = (...ids: readonly number[]) => ids.map((id) => ({ id: String(id), seen: "now" }));
const merge = (held: ReturnType<typeof rows>, current: ReturnType<typeof rows>) => {
  const { shown, fresh } = mergeRows(held, current, ({ id }) => id);
  return { ids: shown.map(({ id }) => Number(id)), seen: shown.map(({ seen }) => seen), fresh };
};

describe("rows that somebody is reading", () => {
  it("take on what changed in them, and stay where they are", () => {
    expect(merge(rows(7, 6, 5), now(7, 6, 5))).toEqual({
      ids: [7, 6, 5],
      seen: ["now", "now", "now"],
      fresh: 0,
    });
  });

  it("are not pushed down by newer ones: those are counted and wait", () => {
    expect(merge(rows(7, 6, 5), now(9, 8, 7))).toEqual({
      ids: [7, 6, 5],
      seen: ["now", "before", "before"],
      fresh: 2,
    });
  });

  it("leave when they are gone, and older ones come in below", () => {
    expect(merge(rows(7, 6, 5), now(7, 5, 4))).toMatchObject({ ids: [7, 5, 4], fresh: 0 });
    expect(merge(rows(7, 6, 5), [])).toMatchObject({ ids: [], fresh: 0 });
  });
});
