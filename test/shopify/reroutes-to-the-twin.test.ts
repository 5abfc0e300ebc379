import { expect, test } from "vitest";
import { createShopifyFetch } from "#app/shopify/shopify-fetch.ts";

/** A fetch that keeps what it was asked for. */
function recorder() {
  const sent: Request[] = [];
  const send: typeof fetch = async (input, init) => {
    sent.push(new Request(input, init));
    return new Response("{}");
  };
  return { sent, send };
}

const address = "https://north.myshopify.com/admin/api/2026-10/graphql.json?a=1&b=%2F";
const init = {
  method: "POST",
  headers: { "x-shopify-access-token": "secret", "content-type": "application/json" },
  body: '{"query":"{ shop { name } }","n":9007199254740993}',
};

const forms: [string, () => Parameters<typeof fetch>][] = [
  ["an address and options", () => [address, init]],
  ["a URL object", () => [new URL(address), init]],
  ["a Request", () => [new Request(address, init)]],
];

test.each(forms)(
  "a request given as %s reaches the twin unchanged, with the shop's name",
  async (_name, make) => {
    const { sent, send } = recorder();
    await createShopifyFetch("http://127.0.0.1:4000", send)(...make());
    const [request] = sent;
    expect(request?.url).toBe("http://127.0.0.1:4000/admin/api/2026-10/graphql.json?a=1&b=%2F");
    expect(request?.method).toBe("POST");
    expect(await request?.text()).toBe(init.body);
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      ...init.headers,
      "x-twin-shop": "north.myshopify.com",
    });
  },
);

test("a path that looks like an address stays a path", async () => {
  const { sent, send } = recorder();
  await createShopifyFetch(
    "http://127.0.0.1:4000",
    send,
  )("https://n.myshopify.com//elsewhere.test/x");
  expect(sent[0]?.url).toBe("http://127.0.0.1:4000//elsewhere.test/x");
});

test.each([
  "https://files.example.com/result.jsonl",
  "http://north.myshopify.com/",
  "https://myshopify.com.example.com/",
])("%s is no request to a shop and is left alone", async (other) => {
  const { sent, send } = recorder();
  await createShopifyFetch("http://127.0.0.1:4000", send)(other);
  expect(sent[0]?.url).toBe(other);
  expect(sent[0]?.headers.has("x-twin-shop")).toBe(false);
});

test("without a twin a request goes to Shopify as it is", async () => {
  const { sent, send } = recorder();
  await createShopifyFetch(undefined, send)(address, init);
  expect(sent[0]?.url).toBe(address);
  expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual(init.headers);
});
