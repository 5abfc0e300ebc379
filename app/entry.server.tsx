import { PassThrough } from "node:stream";
import {
  type ActionFunctionArgs,
  type AppLoadContext,
  createReadableStreamFromReadable,
  type EntryContext,
  type LoaderFunctionArgs,
} from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { isbot } from "isbot";
import { renderToPipeableStream } from "react-dom/server";

/** How long deferred data may take before its part of the page shows its error state. */
export const streamTimeout = 5000;

/** Time for the rejections above to be written before the connection is given up. */
const abortAfterMs = streamTimeout + 1000;

/** Renders a document. Streams the shell as soon as it stands; search engines get the whole page. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  { shopify, log }: AppLoadContext,
): Promise<Response> {
  shopify.addDocumentResponseHeaders(request, headers);
  headers.set("content-type", "text/html; charset=utf-8");
  const waitForAll = isbot(request.headers.get("user-agent"));
  return new Promise((resolve, reject) => {
    let shellSent = false;
    const send = () => {
      shellSent = true;
      clearTimeout(timer);
      const body = new PassThrough();
      resolve(new Response(createReadableStreamFromReadable(body), { headers, status }));
      pipe(body);
    };
    const { pipe, abort } = renderToPipeableStream(
      <RemixServer context={remixContext} url={request.url} abortDelay={streamTimeout} />,
      {
        ...(waitForAll ? { onAllReady: send } : { onShellReady: send }),
        onShellError: reject,
        onError(error) {
          // Before the shell the promise is rejected with it, and handleError logs it.
          if (shellSent) log.error({ err: error }, "a page broke while it was being sent");
        },
      },
    );
    const timer = setTimeout(abort, abortAfterMs);
  });
}

/** Loaders and actions that failed; a request the browser gave up is not a failure. */
export function handleError(
  error: unknown,
  { request, context }: LoaderFunctionArgs | ActionFunctionArgs,
): void {
  if (request.signal.aborted) return;
  const about = { path: new URL(request.url).pathname, requestId: context.requestId };
  if (isRouteErrorResponse(error)) {
    // The router's own answer to a request no page takes, such as a POST where nothing is posted.
    context.log.info({ ...about, status: error.status }, "a request was refused");
    return;
  }
  context.log.error({ ...about, err: error }, "a request failed");
}
