import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createGroupCommit,
  type GroupCommitOptions,
  OverdueError,
  OverloadedError,
} from "#app/intake/group-commit.ts";

interface Item {
  readonly name: string;
  readonly bytes: number;
}

const item = (name: string, bytes = 1): Item => ({ name, bytes });
const items = (count: number, bytes = 1) =>
  Array.from({ length: count }, (_unused, index) => item(`item ${String(index)}`, bytes));

/** A commit that lasts until it is told how to end. */
interface Commit {
  readonly names: readonly string[];
  succeed(): void;
  fail(error: Error): void;
}

function workbench(options: Partial<GroupCommitOptions<Item, string>> = {}) {
  const commits: Commit[] = [];
  const group = createGroupCommit<Item, string>({
    commit: (batch) =>
      new Promise((resolve, reject) => {
        const names = batch.map(({ name }) => name);
        commits.push({
          names,
          succeed: () => {
            resolve(names.map((name) => `${name} stored`));
          },
          fail: reject,
        });
      }),
    isItemFault: (error) => error instanceof RangeError,
    sizeOf: ({ bytes }) => bytes,
    maxBatchItems: 100,
    maxBatchBytes: 1_000,
    maxWaitingBytes: 10_000,
    maxCommitsInFlight: 1,
    gapMs: 0,
    fullFromItems: 1,
    patienceMs: 60_000,
    ...options,
  });
  return { group, commits };
}

/** Lets everything that can happen now happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
}

describe("items", () => {
  it("that come while nothing is under way are committed at once, those of one turn together", async () => {
    const { group, commits } = workbench();
    const stored = Promise.all(items(3).map((each) => group.submit(each)));
    await settle();
    expect(commits.map(({ names }) => names)).toEqual([["item 0", "item 1", "item 2"]]);
    commits[0]?.succeed();
    expect(await stored).toEqual(["item 0 stored", "item 1 stored", "item 2 stored"]);
  });

  it("that come during a commit wait, and make up the next one", async () => {
    const { group, commits } = workbench();
    const first = group.submit(item("first"));
    await settle();
    const rest = Promise.all(items(20).map((each) => group.submit(each)));
    await settle();
    expect(commits).toHaveLength(1);
    commits[0]?.succeed();
    await first;
    await settle();
    expect(commits[1]?.names).toHaveLength(20);
    commits[1]?.succeed();
    expect((await rest)[19]).toBe("item 19 stored");
  });

  it("are not answered before their own commit is through", async () => {
    const { group, commits } = workbench({ maxCommitsInFlight: 2 });
    let answered = "";
    const first = group.submit(item("first")).then(() => (answered += "first "));
    await settle();
    const second = group.submit(item("second")).then(() => (answered += "second "));
    await settle();
    expect(commits).toHaveLength(2);
    commits[1]?.succeed();
    await second;
    expect(answered).toBe("second ");
    commits[0]?.succeed();
    await first;
    expect(answered).toBe("second first ");
  });

  it("wait for the commit under way while they are few", async () => {
    const { group, commits } = workbench({ maxCommitsInFlight: 2, fullFromItems: 3 });
    const stored = [group.submit(item("first"))];
    await settle();
    stored.push(...items(2).map((each) => group.submit(each)));
    await settle();
    expect(commits).toHaveLength(1);
    stored.push(group.submit(item("last")));
    await settle();
    expect(commits.map(({ names }) => names.length)).toEqual([1, 3]);
    for (const commit of commits) commit.succeed();
    await Promise.all(stored);
    stored.push(group.submit(item("alone")));
    await settle();
    expect(commits).toHaveLength(3);
    commits[2]?.succeed();
    await Promise.all(stored);
  });

  it("never fill more commits at a time than allowed", async () => {
    const { group, commits } = workbench({ maxCommitsInFlight: 2, maxBatchItems: 1 });
    const stored = Promise.all(items(5).map((each) => group.submit(each)));
    await settle();
    expect(commits).toHaveLength(2);
    for (let done = 0; done < 5; done++) {
      commits[done]?.succeed();
      await settle();
      expect(commits).toHaveLength(Math.min(5, 3 + done));
    }
    await stored;
  });
});

describe("a batch", () => {
  const sizesWhenAllSucceed = async (
    submitted: readonly Item[],
    options: Partial<GroupCommitOptions<Item, string>>,
  ) => {
    const { group, commits } = workbench(options);
    const stored = Promise.all(submitted.map((each) => group.submit(each)));
    for (let done = 0; ; done++) {
      await settle();
      if (done === commits.length) break;
      commits[done]?.succeed();
    }
    await stored;
    return commits.map(({ names }) => names.length);
  };

  it("holds at most so many items", async () => {
    expect(await sizesWhenAllSucceed(items(7), { maxBatchItems: 3 })).toEqual([3, 3, 1]);
  });

  it("holds at most so many bytes", async () => {
    expect(await sizesWhenAllSucceed(items(5, 40), { maxBatchBytes: 100 })).toEqual([2, 2, 1]);
  });

  it("of one item may be larger than that, for it must go sometime", async () => {
    const mixed = [item("small", 1), item("huge", 500), item("small again", 1)];
    expect(await sizesWhenAllSucceed(mixed, { maxBatchBytes: 100 })).toEqual([1, 1, 1]);
  });
});

describe("when too much waits", () => {
  it("an item is turned away at once, and welcome again when there is room", async () => {
    const { group, commits } = workbench({ maxWaitingBytes: 100 });
    const first = group.submit(item("under way", 90));
    await settle();
    // What is under way does not count as waiting.
    const second = group.submit(item("waiting", 90));
    await expect(group.submit(item("too much", 11))).rejects.toThrow(OverloadedError);
    const third = group.submit(item("just fits", 10));
    commits[0]?.succeed();
    await settle();
    const fourth = group.submit(item("later", 100));
    commits[1]?.succeed();
    await settle();
    commits[2]?.succeed();
    expect(await Promise.all([first, second, third, fourth])).toHaveLength(4);
    expect(commits.flatMap(({ names }) => names)).not.toContain("too much");
  });
});

describe("a commit that fails", () => {
  it("for one item's fault is repeated item by item: only that one hears of it", async () => {
    const { group, commits } = workbench();
    const answers = Promise.allSettled(items(3).map((each) => group.submit(each)));
    await settle();
    commits[0]?.fail(new RangeError("a value out of range"));
    await settle();
    commits[1]?.succeed();
    await settle();
    commits[2]?.fail(new RangeError("this value is out of range"));
    await settle();
    commits[3]?.succeed();
    expect(commits.slice(1).map(({ names }) => names)).toEqual([
      ["item 0"],
      ["item 1"],
      ["item 2"],
    ]);
    expect(await answers).toEqual([
      { status: "fulfilled", value: "item 0 stored" },
      { status: "rejected", reason: new RangeError("this value is out of range") },
      { status: "fulfilled", value: "item 2 stored" },
    ]);
  });

  it("for the database's fault is not repeated: every item hears of it, the next batch goes on", async () => {
    const { group, commits } = workbench();
    const answers = Promise.allSettled(items(3).map((each) => group.submit(each)));
    await settle();
    const later = group.submit(item("later"));
    commits[0]?.fail(new Error("connection lost"));
    expect((await answers).map(({ status }) => status)).toEqual(Array(3).fill("rejected"));
    await settle();
    expect(commits.map(({ names }) => names.length)).toEqual([3, 1]);
    commits[1]?.succeed();
    expect(await later).toBe("later stored");
  });

  it("with one item in it is not repeated, whoever's fault it is", async () => {
    const { group, commits } = workbench();
    const answer = group.submit(item("alone"));
    await settle();
    commits[0]?.fail(new RangeError("a value out of range"));
    await expect(answer).rejects.toThrow("a value out of range");
    expect(commits).toHaveLength(1);
  });

  it("leaves no size behind that would count as waiting", async () => {
    const { group, commits } = workbench({ maxWaitingBytes: 100, maxBatchBytes: 1_000 });
    for (let round = 0; round < 20; round++) {
      const answer = group.submit(item("again", 90));
      await settle();
      commits[round]?.fail(new Error("connection lost"));
      await expect(answer).rejects.toThrow("connection lost");
    }
  });
});

describe("idle", () => {
  it("is at once when nothing was ever submitted", async () => {
    await expect(workbench().group.idle()).resolves.toBeUndefined();
  });

  it("waits for what is under way and for what waits behind it, and for failures too", async () => {
    const { group, commits } = workbench();
    let idle = false;
    const first = group.submit(item("first"));
    await settle();
    const second = Promise.allSettled([group.submit(item("second"))]);
    const waited = group.idle().then(() => (idle = true));
    commits[0]?.succeed();
    await first;
    await settle();
    expect(idle).toBe(false);
    commits[1]?.fail(new Error("connection lost"));
    await second;
    await waited;
    expect(idle).toBe(true);
  });
});

describe("a submitter", () => {
  beforeEach(fakeTime);
  afterEach(realTime);

  it("hears in time that an item is not committed, under way or waiting, and of the others' in theirs", async () => {
    const { group, commits } = workbench({ patienceMs: 1_000, fullFromItems: 1 });
    const answers = [group.submit(item("under way"))];
    await settle();
    vi.advanceTimersByTime(400);
    answers.push(group.submit(item("waiting")));
    const told = answers.map((answer) => answer.catch((error: unknown) => error));
    vi.advanceTimersByTime(600);
    expect(await told[0]).toEqual(new OverdueError("Not committed within 1000 ms."));
    vi.advanceTimersByTime(399);
    commits[0]?.succeed();
    await settle();
    commits[1]?.succeed();
    expect(await told[1]).toBe("waiting stored");
  });

  it("that is told in time hears nothing later, and the next one has all its time", async () => {
    const { group, commits } = workbench({ patienceMs: 1_000 });
    const first = group.submit(item("first"));
    await settle();
    commits[0]?.succeed();
    expect(await first).toBe("first stored");
    vi.advanceTimersByTime(900);
    const second = group.submit(item("second")).catch((error: unknown) => error);
    vi.advanceTimersByTime(999);
    await settle();
    commits[1]?.succeed();
    expect(await second).toBe("second stored");
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

function fakeTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
}

function realTime(): void {
  vi.useRealTimers();
}

describe("small commits", () => {
  beforeEach(fakeTime);
  afterEach(realTime);

  async function justCommitted() {
    const bench = workbench({ gapMs: 5, fullFromItems: 4 });
    void bench.group.submit(item("first"));
    await settle();
    bench.commits[0]?.succeed();
    await settle();
    return bench;
  }

  it("follow each other at a distance, and hold what came meanwhile", async () => {
    const { group, commits } = await justCommitted();
    const stored = Promise.all(items(2).map((each) => group.submit(each)));
    await settle();
    vi.advanceTimersByTime(4);
    await settle();
    expect(commits).toHaveLength(1);
    void group.submit(item("third"));
    vi.advanceTimersByTime(1);
    await settle();
    expect(commits[1]?.names).toEqual(["item 0", "item 1", "third"]);
    commits[1]?.succeed();
    expect(await stored).toEqual(["item 0 stored", "item 1 stored"]);
    await group.idle();
  });

  it("that are full do not wait, nor does one that comes alone", async () => {
    const { group, commits } = await justCommitted();
    for (const each of items(4)) void group.submit(each);
    await settle();
    expect(commits[1]?.names).toHaveLength(4);
    commits[1]?.succeed();
    vi.advanceTimersByTime(5);
    void group.submit(item("alone"));
    await settle();
    expect(commits[2]?.names).toEqual(["alone"]);
  });
});
