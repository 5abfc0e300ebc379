/** A twin with an app that listens to everything Converge subscribes to. */
import { fileURLToPath } from "node:url";
import { readAppToml } from "#test/twin/app-toml.ts";
import type { Twin, TwinOptions } from "#test/twin/types.ts";
import {
  ALL_SCOPES,
  type Client,
  installedClient,
  NORTH,
  startSmallTwin,
  startTestApp,
  type TestApp,
} from "./support.ts";

const APP_TOML_PATH = fileURLToPath(new URL("../../shopify.app.toml", import.meta.url));

/** Converge's own configuration file, as the twin reads it. */
export const appToml = readAppToml({ path: APP_TOML_PATH });

export type Arrival = {
  topic: string;
  eventId: string;
  raw: string;
  body: Record<string, unknown>;
};

export type Listening = {
  app: TestApp;
  twin: Twin;
  /** Has every scope the twin knows of. */
  client: Client;
  /** What `act` made the twin send, in the order it arrived. */
  during(act: () => unknown): Promise<Arrival[]>;
  close(): Promise<void>;
};

/** Starts both and installs the app in the first store. */
export async function listen(options: Partial<TwinOptions> = {}): Promise<Listening> {
  const app = await startTestApp();
  const scopes = [...ALL_SCOPES, "write_locations", "write_fulfillments"];
  const twin = await startSmallTwin({
    appUrl: app.url,
    appTomlPath: APP_TOML_PATH,
    scopes,
    ...options,
  });
  const client = await installedClient(twin, NORTH);
  return {
    app,
    twin,
    client,
    async during(act) {
      await twin.settled();
      app.received.length = 0;
      await act();
      await twin.settled();
      return app.received.map(({ headers, body: raw }) => ({
        topic: headers["x-shopify-topic"] ?? "",
        eventId: headers["x-shopify-event-id"] ?? "",
        raw,
        body: JSON.parse(raw) as Record<string, unknown>,
      }));
    },
    async close() {
      await twin.close();
      await app.close();
    },
  };
}

/** The only body of a topic. */
export function only(arrivals: Arrival[], topic: string): Arrival {
  const found = arrivals.filter((each) => each.topic === topic);
  const [arrival] = found;
  if (arrival && found.length === 1) return arrival;
  const topics = arrivals.map((each) => each.topic).join(", ");
  throw new Error(`${topic} came ${found.length} times among: ${topics}`);
}
