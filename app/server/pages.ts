import { randomUUID } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { createRequestHandler } from "@remix-run/express";
import type { ServerBuild } from "@remix-run/node";
import compression from "compression";
import express, { type Express } from "express";
import type { AppContext } from "#app/context.server.ts";
import { projectRoot } from "#app/start/embedded-postgres.ts";

/**
 * The pages, from the production build. Assets carry a hash in their names and may be kept for
 * ever; everything else is asked for anew.
 */
export async function createPages(context: AppContext): Promise<Express> {
  const buildFolder = path.join(projectRoot, "build");
  const serverFile = pathToFileURL(path.join(buildFolder, "server/index.js")).href;
  const build = (await import(serverFile)) as unknown as ServerBuild;
  const app = express();
  app.disable("x-powered-by");
  app.use(compression());
  app.use(
    "/assets",
    express.static(path.join(buildFolder, "client/assets"), { immutable: true, maxAge: "1y" }),
  );
  app.use(express.static(path.join(buildFolder, "client"), { maxAge: "1h", index: false }));
  const handle = createRequestHandler({
    build,
    mode: "production",
    getLoadContext: () => ({ ...context, requestId: randomUUID() }),
  });
  app.all("*", (request, response, next) => {
    void handle(request, response, next);
  });
  return app;
}
