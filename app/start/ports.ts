import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "./start-error.ts";

/** A port this installation wants, and the environment variable that moves it. */
export interface WantedPort {
  variable: string;
  port: number;
  /** What listens there, for the sentence. */
  purpose: string;
}

// What the previous run left behind ends within this time.
const handOverMs = 5_000;

/**
 * Makes sure every wanted port can be listened on. Waits some seconds for processes of a run that
 * was just ended.
 * @throws StartError naming the first port that stays busy and the variable to set.
 */
export async function claimPorts(
  wanted: readonly WantedPort[],
  signal: AbortSignal,
): Promise<void> {
  for (const [index, { port, variable }] of wanted.entries()) {
    const twin = wanted.find((other, at) => at < index && other.port === port);
    if (twin)
      throw new StartError(
        `${twin.variable} and ${variable} are both ${port}: set one of them to another port.`,
      );
  }
  const deadlineMs = Date.now() + handOverMs;
  for (const { port, variable, purpose } of wanted) {
    while (!(await isPortFree(port))) {
      if (Date.now() > deadlineMs) {
        throw new StartError(
          `Port ${port} (${purpose}) is used by another program: stop that program, or set ${variable} to a free port.`,
        );
      }
      await sleep(200, undefined, { signal });
    }
  }
}

/** Whether `port` can be listened on right now, at 127.0.0.1 and at all addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, undefined));
}

/** A port nobody listens on now, below the ranges systems hand out to outgoing connections. */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = randomInt(20_000, 32_000);
    if (await isPortFree(port)) return port;
  }
  throw new StartError(
    "No free port was found between 20000 and 32000: stop a program that holds many of them.",
  );
}

function canListen(port: number, host: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, ...(host ? { host } : {}) }, () => probe.close(() => resolve(true)));
  });
}
