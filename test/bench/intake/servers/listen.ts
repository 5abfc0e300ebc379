import { createHmac, timingSafeEqual } from "node:crypto";
import { benchSecret } from "../traffic.ts";

/** The port a server of the benchmark was given. */
export function portOf(env: NodeJS.ProcessEnv): number {
  return Number(env["PORT"]);
}

/** Shopify's signature check, as every one of the servers does it. */
export function isSigned(body: Buffer, signature: string | undefined): boolean {
  const expected = createHmac("sha256", benchSecret).update(body).digest();
  const given = Buffer.from(signature ?? "", "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
