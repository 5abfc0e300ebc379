import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { benchSecret, benchShops } from "#test/bench/intake/traffic.ts";
import { stockBody } from "#test/worker/webhooks.ts";

/** What to send: `count` stock webhooks, `connections` at a time, with a pause after each. */
export interface SendPlan {
  readonly url: string;
  readonly count: number;
  readonly connections: number;
  readonly pauseMs: number;
  /** Webhook ids are unique over all plans of one run. */
  readonly firstId: number;
}

/** Different stock levels per store; each changes again and again, its versions going up. */
const levels = 2_000;
const startMs = Date.parse("2026-11-23T10:00:00Z");

// The preload lets a process end when only its channel is open; this one waits there for plans.
process.channel?.ref();
process.on("message", (plan: SendPlan) => {
  void send(plan).then((report) => process.send?.(report));
});

async function send(plan: SendPlan) {
  const pool = new Pool(new URL(plan.url).origin, { connections: plan.connections });
  const beganMs = Date.now();
  let next = 0;
  let failed = 0;
  const worker = async () => {
    while (next < plan.count) {
      const n = plan.firstId + next;
      next += 1;
      const body = Buffer.from(
        stockBody(n % levels, n % 1_000, new Date(startMs + n * 1_000).toISOString()),
      );
      const answer = await pool.request({
        method: "POST",
        path: "/webhooks",
        body,
        headers: {
          "content-type": "application/json",
          "x-shopify-topic": "inventory_levels/update",
          "x-shopify-shop-domain": benchShops[n % benchShops.length] ?? "",
          "x-shopify-webhook-id": `corridor-${String(n)}`,
          "x-shopify-triggered-at": new Date().toISOString(),
          "x-shopify-hmac-sha256": createHmac("sha256", benchSecret).update(body).digest("base64"),
        },
      });
      await answer.body.dump();
      if (answer.statusCode !== 200) failed += 1;
      if (plan.pauseMs > 0) await sleep(plan.pauseMs * (0.5 + Math.random()));
    }
  };
  await Promise.all(Array.from({ length: plan.connections }, worker));
  await pool.destroy();
  return { beganMs, endedMs: Date.now(), failed };
}
