import { randomBytes } from "node:crypto";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { composeBody, composeHeaders } from "#app/delivery/compose-message.ts";

const newSecret = () => `whsec_${randomBytes(24).toString("base64")}`;

const message = {
  id: "evt_1",
  type: "inventory_level.updated",
  domain: "inventory",
  shop: "north.myshopify.com",
  correlationId: "c-1",
  occurredAt: "2026-11-23T10:00:00.000Z",
  source: "webhook",
  resource: {
    type: "InventoryLevel",
    id: "gid://shopify/InventoryLevel/1",
    version: "2026-11-23T05:00:00-05:00",
    sku: "MUG-1",
  },
  dataJson: '{"available":5,"legacyId":9007199254740993}',
};

const frame = (secrets: string[], nowMs = Date.now()) => ({
  id: "evt_1",
  body: composeBody(message),
  secrets,
  nowMs,
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  correlationId: "c-1",
  attempt: 2,
  replay: false,
});

describe("the body", () => {
  it("is the envelope with the data in it, digits untouched", () => {
    expect(composeBody(message)).toBe(
      '{"id":"evt_1","type":"inventory_level.updated","domain":"inventory","shop":"north.myshopify.com",' +
        '"correlationId":"c-1","occurredAt":"2026-11-23T10:00:00.000Z","source":"webhook",' +
        '"resource":{"type":"InventoryLevel","id":"gid://shopify/InventoryLevel/1",' +
        '"version":"2026-11-23T05:00:00-05:00","sku":"MUG-1"},' +
        '"data":{"available":5,"legacyId":9007199254740993}}',
    );
  });
});

describe("the headers", () => {
  it("verify with the Standard Webhooks library, and not with another secret or body", () => {
    const secret = newSecret();
    const headers = composeHeaders(frame([secret]));
    const body = composeBody(message);
    expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow(WebhookVerificationError);
    expect(() => new Webhook(secret).verify(body.replace("5", "6"), headers)).toThrow(
      WebhookVerificationError,
    );
  });

  it("carry one signature per valid secret, so that either verifies", () => {
    const secrets = [newSecret(), newSecret()];
    const headers = composeHeaders(frame(secrets));
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    for (const secret of secrets)
      expect(() => new Webhook(secret).verify(composeBody(message), headers)).not.toThrow();
  });

  it("sign what is not ASCII as the library reads it", () => {
    const secret = newSecret();
    const body = composeBody({ ...message, dataJson: '{"title":"Größe ½ 🧵"}' });
    const headers = composeHeaders({ ...frame([secret]), body });
    expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
  });

  it("tell the time in whole seconds, rounded down", () => {
    const headers = composeHeaders(frame([newSecret()], 1_795_428_000_999));
    expect(headers["webhook-timestamp"]).toBe("1795428000");
  });

  it("continue the change's trace with a span of their own", () => {
    const one = composeHeaders(frame([newSecret()]))["traceparent"] ?? "";
    const other = composeHeaders(frame([newSecret()]))["traceparent"] ?? "";
    expect(one).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(one).not.toBe(other);
    expect(one).not.toContain("b7ad6b7169203331");
  });
});
