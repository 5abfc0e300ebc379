import { createServer } from "node:http";
import { isSigned, portOf } from "./listen.ts";

/** The floor: a bare Node HTTP server that checks the signature and forgets what it was told. */
createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const signature = request.headers["x-shopify-hmac-sha256"];
    const signed = isSigned(Buffer.concat(chunks), signature?.toString());
    response.writeHead(signed ? 200 : 401, { "content-length": "0" }).end();
  });
}).listen(portOf(process.env), "127.0.0.1");
