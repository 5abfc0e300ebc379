import type { IncomingMessage, ServerResponse } from "node:http";
import type { Html } from "#test/support/html.ts";
import { HttpError, readJson } from "../http.ts";

/** Sends a page. Only the app may be framed in it, and nobody may frame the admin. */
export function sendPage(res: ServerResponse, page: Html, appOrigin: string, status = 200): void {
  res.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": [
      "default-src 'self'",
      "img-src 'self' data:",
      `frame-src ${appOrigin}`,
      "frame-ancestors 'none'",
      "form-action 'self'",
      "base-uri 'none'",
    ].join("; "),
    // The app's frame recognises the admin by the referrer's origin.
    "referrer-policy": "strict-origin-when-cross-origin",
  });
  res.end(page.markup);
}

/** Sends a script or style sheet; the app loads one of them from its own origin's pages. */
export function sendAsset(res: ServerResponse, contentType: string, body: string): void {
  res.writeHead(200, {
    "content-type": `${contentType}; charset=utf-8`,
    "cache-control": "no-cache",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  });
  res.end(body);
}

/** Sends the browser to another address with GET. */
export function redirect(res: ServerResponse, location: string): void {
  res.writeHead(303, { location, "cache-control": "no-store" });
  res.end();
}

/**
 * The JSON object a request carries.
 * @throws HttpError unless it says it is JSON: another site's page cannot send that type without
 * asking first, so it cannot press the merchant's buttons.
 */
export async function readJsonObject(req: IncomingMessage): Promise<Record<string, unknown>> {
  if (!req.headers["content-type"]?.startsWith("application/json")) {
    throw new HttpError(415, "content-type: send application/json");
  }
  const value = await readJson(req);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new HttpError(400, "body: must be a JSON object");
}

/**
 * Only a page of this admin may send its forms.
 * @throws HttpError 403 when the form comes from another site.
 */
export function assertSameOrigin(req: IncomingMessage): void {
  const { origin, host } = req.headers;
  if (origin !== undefined && origin.replace(/^https?:\/\//, "") !== host) {
    throw new HttpError(403, "This form was sent from another site.");
  }
}
