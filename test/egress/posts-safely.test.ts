import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createEgress, type EgressAnswer } from "#app/egress/index.server.ts";

const servers: Server[] = [];
const egress = createEgress({ allowPrivate: true });

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

function post(url: string, timeoutMs = 5_000): Promise<EgressAnswer> {
  return egress.post({ url, headers: {}, body: "{}", timeoutMs });
}

it("a redirect is an answer, and is not followed", async () => {
  let followed = 0;
  const secret = await serve((_request, response) => {
    followed += 1;
    response.end("secret");
  });
  for (const status of [301, 302, 303, 307, 308]) {
    const url = await serve((_request, response) =>
      response.writeHead(status, { location: secret }).end(),
    );
    expect(await post(url)).toMatchObject({ kind: "answered", status, text: "" });
  }
  expect(followed).toBe(0);
});

it("an answer without end is left after its first 16 KiB", async () => {
  const url = await serve((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  const answer = await post(url);
  expect(answer).toMatchObject({ kind: "answered", status: 200 });
  expect(answer.kind === "answered" && answer.text.length).toBe(16 * 1024);
});

it("an answer that never comes, or never ends, is waited for no longer than said", async () => {
  const silent = await serve(() => undefined);
  const trickling = await serve((_request, response) => {
    const timer = setInterval(() => response.write("x"), 20);
    response.on("close", () => {
      clearInterval(timer);
    });
  });
  for (const url of [silent, trickling])
    expect(await post(url, 200)).toEqual({ kind: "failed", reason: "No answer within 200 ms." });
});

it("a connection that is cut is a failure in plain words", async () => {
  const url = await serve((request) => {
    request.socket.destroy();
  });
  expect(await post(url)).toEqual({
    kind: "failed",
    reason: "The connection was cut while sending.",
  });
});

it("a name that does not exist is a failure in plain words", async () => {
  const answer = await post("http://converge.invalid/");
  expect(answer.kind).toBe("failed");
  expect(answer.kind === "failed" && answer.reason).toMatch(
    /^The name in the address (does not exist|could not be looked up)\.$/,
  );
});

it("a private destination is refused before anything is sent", async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked += 1;
    response.end();
  });
  const strict = createEgress({ allowPrivate: false });
  const { port } = new URL(url);
  for (const host of ["127.0.0.1", "0x7f000001", "2130706433", "017700000001", "[::1]"]) {
    const answer = await strict.post({
      url: `https://${host}:${port}/`,
      headers: {},
      body: "{}",
      timeoutMs: 1_000,
    });
    expect(answer).toMatchObject({ kind: "refused" });
  }
  expect(asked).toBe(0);
  await strict.close();
});
