import pg from "pg";
import { describe, expect, it } from "vitest";
import { testDatabase } from "./database.ts";

describe("a test's database", () => {
  it("is migrated, empty, and its own", async () => {
    const [one, other] = [await testDatabase(), await testDatabase()];
    const insert = "INSERT INTO shops (shop, installed_at) VALUES ('north.myshopify.com', now())";
    await one.pool.query(insert);
    expect(await one.db.prisma.shop.count()).toBe(1);
    expect(await other.db.prisma.shop.count()).toBe(0);
    const queues = await other.pool.query("SELECT name FROM pgboss.queue");
    expect(queues.rowCount).toBeGreaterThan(0);
    await one.close();
    await other.close();
  });

  it("is gone after close, and close names who is still connected", async () => {
    const database = await testDatabase();
    const worker = new pg.Client({
      connectionString: database.url,
      application_name: "forgotten worker",
    });
    worker.on("error", () => undefined);
    await worker.connect();
    await expect(database.close()).rejects.toThrow("forgotten worker");
    const late = new pg.Client({ connectionString: database.url });
    await expect(late.connect()).rejects.toThrow("does not exist");
  });
});
