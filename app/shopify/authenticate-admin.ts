import { ShopifyError as LibraryError } from "@shopify/shopify-api";
import type { FramePolicy } from "./frame-policy.ts";
import type { createLibraryApp } from "./library-app.ts";

type LibraryApp = ReturnType<typeof createLibraryApp>;
type LibraryAuthentication = LibraryApp["authenticate"]["admin"];

/**
 * Who is asking, after the session token was checked: `session.shop`, `sessionToken.sub` (the user),
 * `redirect`, `cors`, `scopes`, `billing`. Without the library's own API client, which neither waits
 * when it is throttled nor shares a refresh.
 */
export type AdminContext = Omit<Awaited<ReturnType<LibraryAuthentication>>, "admin">;

/**
 * Lets a request in, or throws the Response to answer it with: 401 for a session token that is
 * tampered with, expired or not ours, a redirect for a document without a usable one (the browser
 * then fetches a fresh token), 503 while Shopify does not answer the token exchange.
 */
export type AuthenticateAdmin = (request: Request) => Promise<AdminContext>;

const shopOrigin = /^https:\/\/[a-z0-9][a-z0-9-]*\.myshopify\.com$/i;

/** The library's check, with its failures turned into answers and its pages framed by our policy. */
export function createAdminAuthentication(
  authenticate: LibraryAuthentication,
  frame: FramePolicy,
): AuthenticateAdmin {
  return async (request) => {
    if (!carriesUsableToken(request)) throw tokenRejected();
    try {
      return await authenticate(request);
    } catch (thrown) {
      throw thrown instanceof Response ? await toAnswer(thrown, frame) : toResponse(thrown);
    }
  };
}

/** The library takes these for a document request or fails on them, instead of refusing them. */
function carriesUsableToken(request: Request): boolean {
  const header = request.headers.get("authorization");
  const bearer = header === null ? null : /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (bearer === undefined) return false;
  const token = bearer ?? new URL(request.url).searchParams.get("id_token");
  const destination = token === null ? undefined : destinationOf(token);
  return destination === undefined || shopOrigin.test(destination);
}

/**
 * The shop a token says it is for, unverified; undefined when it says nothing readable (then its
 * signature cannot be right either, and the library says so).
 */
function destinationOf(token: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split(".")[1] ?? "", "base64url").toString(),
    );
    if (typeof claims !== "object" || claims === null) return undefined;
    return "dest" in claims ? String(claims.dest) : "";
  } catch {
    return undefined;
  }
}

function tokenRejected(): Response {
  return new Response("This session token is not valid.", {
    status: 401,
    // App Bridge fetches a fresh token and repeats the request once.
    headers: { "x-shopify-retry-invalid-session-request": "1" },
  });
}

async function toAnswer(thrown: Response, frame: FramePolicy): Promise<Response> {
  if (thrown.status !== 500) return frame.applyToPage(thrown);
  return new Response("Shopify did not answer. Try again in a moment.", {
    status: 503,
    headers: { "retry-after": "5" },
  });
}

/** A wrong address the library refuses, such as a way out of the frame to a foreign site. */
function toResponse(thrown: unknown): unknown {
  if (thrown instanceof LibraryError)
    return new Response("This address is not part of Converge.", { status: 400 });
  return thrown;
}
