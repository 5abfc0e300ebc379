import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP proxy that can fall silent without closing anything, as a dead machine or a lost route does. */
export interface HalfOpenProxy {
  /** The database URL it was given, by way of the proxy. */
  readonly url: string;
  /**
   * From now on nothing is passed on in either direction, nor are new connections answered, though
   * they are accepted.
   */
  hang(): void;
  /** Hangs from the first moment on in which `matches` something that the client sends; it is not passed on. */
  hangAt(matches: string): void;
  /** Passes on what the client sends, but from `matches` on none of the answers. */
  loseAnswerTo(matches: string): void;
  /** Connections that hung stay dead, as after a reboot; new ones work. */
  heal(): void;
  /** Whether something was held back since the last `heal`. */
  readonly hung: boolean;
  close(): Promise<void>;
}

type Fault = { readonly kind: "hang" | "lose"; readonly matches: string } | null;

interface Line {
  readonly client: Socket;
  readonly server: Socket;
  state: "open" | "mute" | "dead";
}

/** Stands between a client and the Postgres at `databaseUrl`, on a port of its own. */
export async function halfOpenProxy(databaseUrl: string): Promise<HalfOpenProxy> {
  const target = new URL(databaseUrl);
  const lines = new Set<Line>();
  let fault: Fault = null;
  let hung = false;

  function passOn(line: Line, chunk: Buffer): void {
    if (fault !== null && line.state === "open" && chunk.includes(fault.matches)) {
      line.state = fault.kind === "hang" ? "dead" : "mute";
      hung = true;
    }
    if (line.state !== "dead") line.server.write(chunk);
  }

  const proxy = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    const line: Line = { client, server, state: "open" };
    lines.add(line);
    client.on("data", (chunk) => {
      passOn(line, chunk);
    });
    server.on("data", (chunk) => {
      if (line.state === "open") client.write(chunk);
    });
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      end.on("error", () => other.destroy());
      end.on("close", () => {
        lines.delete(line);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");

  const through = new URL(databaseUrl);
  through.hostname = "127.0.0.1";
  through.port = String((proxy.address() as AddressInfo).port);
  return {
    url: through.href,
    hang: () => {
      for (const line of lines) line.state = "dead";
      fault = { kind: "hang", matches: "" };
      hung = true;
    },
    hangAt: (matches) => {
      fault = { kind: "hang", matches };
    },
    loseAnswerTo: (matches) => {
      fault = { kind: "lose", matches };
    },
    heal: () => {
      fault = null;
      hung = false;
    },
    get hung() {
      return hung;
    },
    close: async () => {
      proxy.close();
      for (const { client, server } of lines) {
        client.destroy();
        server.destroy();
      }
      await once(proxy, "close");
    },
  };
}
