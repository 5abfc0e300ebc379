import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { directDemo } from "#app/start/demo-director.ts";

interface Store {
  shop: string;
  installed: boolean;
  installedAt: string | null;
  traffic: { running: boolean };
}

/** A twin that has the given stores and remembers which traffic was asked for. */
async function startTwin(stores: Store[]) {
  const traffic: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (request.url === "/twin/api/listStores") return response.end(JSON.stringify(stores));
      traffic.push((JSON.parse(body) as { shop: string }).shop);
      return response.end(JSON.stringify({ running: true }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, traffic };
}

function direct(twinUrl: string, connect: (shop: string) => Promise<void>) {
  const stop = new AbortController();
  const reported: string[] = [];
  const done = directDemo({
    twinUrl,
    systems: [],
    connectDemoSystems: connect,
    report: (line) => reported.push(line),
    signal: stop.signal,
    pollMs: 10,
  });
  onTestFinished(() => {
    stop.abort();
    return done;
  });
  return { reported };
}

test("prepares a store once per installation, and none that has not installed", async () => {
  const north = { shop: "north", installed: true, installedAt: "1", traffic: { running: false } };
  const south = { shop: "south", installed: false, installedAt: null, traffic: { running: false } };
  const twin = await startTwin([north, south]);
  const connected: string[] = [];
  direct(twin.url, async (shop) => void connected.push(shop));
  await expect.poll(() => twin.traffic).toEqual(["north"]);
  await sleep(100);
  expect(connected).toEqual(["north"]);
  north.installedAt = "2";
  await expect.poll(() => connected).toEqual(["north", "north"]);
});

test("tries again when a shop cannot be connected yet, and says so when it stays that way", async () => {
  const north = { shop: "north", installed: true, installedAt: "1", traffic: { running: false } };
  const twin = await startTwin([north]);
  let tries = 0;
  const { reported } = direct(twin.url, async () => {
    tries += 1;
    if (tries <= 6) throw new Error("no such shop yet");
  });
  await expect.poll(() => twin.traffic).toEqual(["north"]);
  expect(reported).toEqual(["[demo] no such shop yet"]);
});
