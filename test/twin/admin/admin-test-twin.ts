import { type DemoSystem, startDemoSystem } from "#test/demo-systems/server.ts";
import { startTwin } from "../server.ts";
import type { Twin } from "../types.ts";
import { type SampleApp, startSampleApp } from "./sample-app.ts";

/** A twin with a sample app to frame and a demo system to break. */
export interface AdminTestTwin {
  twin: Twin;
  app: SampleApp;
  warehouse: DemoSystem;
  close(): Promise<void>;
}

/** The credentials of the sample app. */
export const apiKey = "key";
export const apiSecret = "shpss_0123456789abcdef";

const APP_TOML = `
name = "Converge"
client_id = "${apiKey}"
application_url = "http://app.invalid"
embedded = true
[access_scopes]
scopes = "read_products,write_inventory"
optional_scopes = ["read_customers"]
[webhooks]
api_version = "2026-10"
`;

/** Starts all three on free ports. */
export async function startAdminTestTwin(): Promise<AdminTestTwin> {
  const warehouse = await startDemoSystem({ name: "Warehouse", kind: "wms", port: 0 });
  const app = await startSampleApp(() => `${twin.url}/app-bridge.js`);
  const twin = await startTwin({
    apiKey,
    apiSecret,
    appUrl: app.url,
    appTomlText: APP_TOML,
    skusPerStore: 20,
    demoSystems: [
      { name: "Warehouse", url: warehouse.url },
      // Nothing listens on the discard port.
      { name: "Gone", url: "http://127.0.0.1:9" },
    ],
  });
  return {
    twin,
    app,
    warehouse,
    async close() {
      await Promise.all([twin.close(), app.close(), warehouse.close()]);
    },
  };
}

/** Does what the app's server does at its first page: the token exchange, which installs it. */
export async function exchangeToken(twin: Twin, shop: string, idToken: string): Promise<Response> {
  return await fetch(`${twin.url}/admin/oauth/access_token`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-twin-shop": shop },
    body: JSON.stringify({
      client_id: apiKey,
      client_secret: apiSecret,
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: idToken,
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
      expiring: "1",
    }),
  });
}
