import { createServer } from "node:http";
import { portOf } from "#test/bench/intake/servers/listen.ts";
import { exchangeToken, NORTH, startSmallTwin } from "#test/twin-conformance/support.ts";
import { locations, planted, type StoreReady } from "./store.ts";

/**
 * Both sides of a comparison, in a process that is not measured: a store with so many stock levels,
 * and a system that has all of them right but a few. The system tells them page by page.
 */

const wanted = Number(process.env["ROWS"]);
const linesPerPage = 1_000;

const twin = await startSmallTwin({
  storeCount: 1,
  locationsPerStore: locations,
  skusPerStore: Math.ceil(wanted / locations),
  // Points are counted; waiting for them would be all that is measured.
  costBucket: { maximumAvailable: 1e9, restoreRate: 1e9 },
  bulk: { startDelayMs: 0 },
  accessTokenSeconds: 86_400,
});
const lines = twin.operations.listStock({ shop: NORTH, limit: wanted }).flatMap((variant) =>
  variant.levels.map(({ locationId, available }) => ({
    sku: variant.sku,
    locationId: `gid://shopify/Location/${locationId}`,
    available,
  })),
);
for (let index = 0; index < planted; index += 1) {
  const line = lines[index * Math.floor(lines.length / planted)];
  if (line) line.available += 1;
}
const { body } = await exchangeToken(twin);

const port = portOf(process.env);
const system = `http://127.0.0.1:${String(port)}/snapshot`;
createServer((request, response) => {
  const url = new URL(request.url ?? "/", system);
  const from = Number(url.searchParams.get("from") ?? 0);
  const page = lines.slice(from, from + linesPerPage);
  url.searchParams.set("from", String(from + linesPerPage));
  response.writeHead(200, {
    "content-type": "application/x-ndjson",
    ...(from + linesPerPage < lines.length && { link: `<${url.href}>; rel="next"` }),
  });
  response.end(page.map((line) => JSON.stringify(line)).join("\n"));
}).listen(port, "127.0.0.1", () => {
  const ready: StoreReady = {
    shopify: { url: twin.url },
    token: String(body["access_token"]),
    system,
    rows: lines.length,
  };
  process.send?.(ready);
});
