import type { Socket } from "node:net";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type TestDatabase, testDatabase } from "#test/support/database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query("CREATE TABLE notes (id int PRIMARY KEY, note text NOT NULL)");
});
beforeEach(() => database.pool.query("TRUNCATE notes"));
afterAll(() => database.close());

const insert = "INSERT INTO notes (id, note) VALUES ($1, $2)";

async function notes(): Promise<number[]> {
  const { rows } = await database.pool.query<{ id: number }>("SELECT id FROM notes ORDER BY id");
  return rows.map(({ id }) => id);
}

describe("a transaction", () => {
  it("commits with its last statement, and at the latest when its work is done", async () => {
    await database.db.transaction(async (tx, last) => {
      await tx.query(insert, [1, "first"]);
      await last.query(insert, [2, "last"]);
      await expect.poll(notes).toEqual([1, 2]);
    });
    await database.db.transaction((tx) => tx.query(insert, [3, "without a last one"]));
    expect(await notes()).toEqual([1, 2, 3]);
  });

  it("of which the last statement fails leaves nothing, and its connection is good for the next", async () => {
    const failing = database.db.transaction(async (tx, last) => {
      await tx.query(insert, [1, "first"]);
      await last.query(insert, [2, null]);
    });
    await expect(failing).rejects.toThrow('null value in column "note"');
    expect(await notes()).toEqual([]);
    await database.db.transaction((tx) => tx.query(insert, [1, "again"]));
    expect(await notes()).toEqual([1]);
  });

  it("fails with the error of the statement that failed, not of those that travelled with it", async () => {
    const failing = database.db.transaction((tx) =>
      Promise.all([
        tx.query(insert, [1, "good"]),
        tx.query(insert, [2, null]),
        tx.query(insert, [3, "good"]),
      ]),
    );
    await expect(failing).rejects.toThrow('null value in column "note"');
    expect(await notes()).toEqual([]);
  });

  it("that is undone after its first statements leaves nothing", async () => {
    const undone = database.db.transaction(async (tx) => {
      await tx.query(insert, [1, "first"]);
      throw new Error("thought better of it");
    });
    await expect(undone).rejects.toThrow("thought better of it");
    expect(await notes()).toEqual([]);
  });

  it("whose connection is cut between two statements fails, and nothing else does", async () => {
    const cut = database.db.transaction(async (tx) => {
      const { rows } = await tx.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      await database.pool.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
      await setTimeout(50);
      await tx.query(insert, [1, "too late"]);
    });
    await expect(cut).rejects.toThrow();
    expect(await notes()).toEqual([]);
  });

  it("has one last statement", async () => {
    const second = database.db.transaction(async (_tx, last) => {
      await last.query(insert, [1, "last"]);
      await last.query(insert, [2, "after the last"]);
    });
    await expect(second).rejects.toThrow("one last statement");
    expect(await notes()).toEqual([1]);
  });
});

it("statements of one moment are all sent before the first is answered", async () => {
  const client = await database.pool.connect();
  try {
    const stream = (client as unknown as Client).connection.stream as Socket;
    const answers = Promise.all([client.query("SELECT pg_sleep(0.05)"), client.query("SELECT 2")]);
    await setImmediate();
    const sent = stream.bytesWritten;
    await answers;
    expect(stream.bytesWritten).toBe(sent);
  } finally {
    client.release();
  }
});

it("a connection outlives a lull of a minute", async () => {
  const backend = async () => {
    const { rows } = await database.db.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    return rows[0]?.pid;
  };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const before = await backend();
    vi.advanceTimersByTime(60_000);
    expect(await backend()).toBe(before);
  } finally {
    vi.useRealTimers();
  }
});
