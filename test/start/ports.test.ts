import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { claimPorts, findFreePort, isPortFree } from "#app/start/ports.ts";

const never = new AbortController().signal;

async function occupy(): Promise<{ port: number; server: Server }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return { server, port: typeof address === "object" && address ? address.port : 0 };
}

test("a port that stays busy is one sentence with the variable to set", async () => {
  const { port } = await occupy();
  const wanted = [{ variable: "TWIN_PORT", port, purpose: "the Shopify twin" }];
  await expect(claimPorts(wanted, never)).rejects.toThrow(
    `Port ${port} (the Shopify twin) is used by another program: stop that program, or set TWIN_PORT to a free port.`,
  );
});

test("a port that becomes free meanwhile is fine", async () => {
  const { port, server } = await occupy();
  expect(await isPortFree(port)).toBe(false);
  setTimeout(() => server.close(), 300);
  await claimPorts([{ variable: "PORT", port, purpose: "Converge" }], never);
});

test("one port for two purposes is refused", async () => {
  const port = await findFreePort();
  const wanted = ["PORT", "TWIN_PORT"].map((variable) => ({ variable, port, purpose: variable }));
  await expect(claimPorts(wanted, never)).rejects.toThrow(
    `PORT and TWIN_PORT are both ${port}: set one of them to another port.`,
  );
});
