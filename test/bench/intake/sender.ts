import { connect, type Socket } from "node:net";

/** What to send: everything of the head after the request line and `host`, and the body. */
export interface Outgoing {
  /** Header lines, each ended by CR LF. */
  readonly headers: string;
  readonly body: Buffer;
}

/** Sends requests over a fixed number of kept-alive connections, one at a time on each. */
export interface Sender {
  /** Opens all connections: what that takes is no part of what an answer takes. */
  open(): Promise<void>;
  /** `done` gets the answer's status, or 0 when the connection broke. Waits for a free connection. */
  post(outgoing: Outgoing, done: (status: number) => void): void;
  close(): void;
}

interface Order extends Outgoing {
  readonly done: (status: number) => void;
}

/** Answers of all servers of the benchmark are far smaller. */
const readBytes = 4_096;

/**
 * HTTP/1.1 by hand: the generator shares the machine with the server it measures, and a client
 * library took as much of it for a body of 20 KB as the server did.
 */
export function createSender(url: URL, connections: number): Sender {
  const start = `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n`;
  const idle: Connection[] = [];
  const waiting: Order[] = [];
  const all: Connection[] = [];
  const next = (connection: Connection) => {
    const order = waiting.shift();
    if (order) connection.send(start, order);
    else idle.push(connection);
  };
  for (let n = 0; n < connections; n += 1) {
    const connection = createConnection(url, next);
    all.push(connection);
    idle.push(connection);
  }
  return {
    open: async () => {
      await Promise.all(all.map((connection) => connection.open()));
    },
    post(outgoing, done) {
      const order = { ...outgoing, done };
      const connection = idle.pop();
      if (connection) connection.send(start, order);
      else waiting.push(order);
    },
    close: () => {
      for (const connection of all) connection.close();
    },
  };
}

interface Connection {
  open(): Promise<void>;
  send(start: string, order: Order): void;
  close(): void;
}

/** Connects when told to, and again to send something after the server hung up. */
function createConnection(url: URL, free: (connection: Connection) => void): Connection {
  let socket: Socket | undefined;
  let current: Order | undefined;
  let answer = "";
  const settle = (status: number) => {
    const order = current;
    current = undefined;
    answer = "";
    order?.done(status);
    free(connection);
  };
  const dial = () => {
    const opened = connect({
      host: url.hostname,
      port: Number(url.port),
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(readBytes),
        callback: (bytes, buffer) => {
          answer += Buffer.from(buffer.buffer, buffer.byteOffset, bytes).toString("latin1");
          const status = statusOf(answer);
          if (status !== undefined) settle(status);
          return true;
        },
      },
    });
    opened.on("error", () => undefined);
    opened.on("close", () => {
      if (socket === opened) socket = undefined;
      if (current) settle(0);
    });
    return opened;
  };
  const connection: Connection = {
    open: () =>
      new Promise((resolve) => {
        socket = dial();
        socket.once("connect", resolve).once("close", resolve);
      }),
    send(start, order) {
      current = order;
      socket ??= dial();
      socket.cork();
      socket.write(
        `${start}content-length: ${order.body.length}\r\n${order.headers}\r\n`,
        "latin1",
      );
      socket.write(order.body);
      socket.uncork();
    },
    close: () => socket?.destroy(),
  };
  return connection;
}

/** Status of an answer that is whole, i.e. as long as its `content-length` says. */
function statusOf(answer: string): number | undefined {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer);
  if (answer.length < headEnd + 4 + Number(length?.[1] ?? 0)) return undefined;
  return Number(answer.slice(9, 12));
}
