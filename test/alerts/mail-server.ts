import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail as it arrived. */
export interface Mail {
  readonly to: readonly string[];
  readonly from: string;
  /** Headers and text, decoded (RFC 2045 6.7). */
  readonly raw: string;
}

/** A real SMTP server on loopback. */
export interface MailServer {
  readonly url: string;
  readonly mails: Mail[];
  /** The reply code to the next recipients; null: they are taken. */
  refuseWith: number | null;
  close(): Promise<void>;
}

/** Starts one that takes every mail until told otherwise. */
export async function startMailServer(): Promise<MailServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: (_address, _session, callback) => {
      const code = mailServer.refuseWith;
      if (code === null) callback();
      else callback(Object.assign(new Error("Not taken"), { responseCode: code }));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        mailServer.mails.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          from: session.envelope.mailFrom === false ? "" : session.envelope.mailFrom.address,
          raw: decoded(Buffer.concat(chunks).toString("utf8")),
        });
        callback();
      });
    },
  });
  const listening: Server = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const mailServer: MailServer = {
    url: `smtp://127.0.0.1:${String((listening.address() as AddressInfo).port)}`,
    mails: [],
    refuseWith: null,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
  return mailServer;
}

function decoded(text: string): string {
  const bytes = text
    .replaceAll("=\r\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, "latin1").toString("utf8");
}
