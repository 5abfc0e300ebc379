import type { TestProject } from "vitest/node";
import { type EnsuredDatabase, ensureDatabase } from "#app/start/embedded-postgres.ts";
import { dropRun, ensureTemplate, runPrefix } from "./database-server.ts";

/** What the set-up hands to the test files. */
export interface TestDatabaseServer {
  url: string;
  template: string;
  prefix: string;
}

declare module "vitest" {
  interface ProvidedContext {
    databaseServer: TestDatabaseServer;
  }
}

let server: EnsuredDatabase | undefined;
let prefix = "";

/** Before the first test file: the server (DATABASE_URL, otherwise the embedded one) and the template. */
export async function setup(project: TestProject): Promise<void> {
  server = await ensureDatabase({ databaseUrl: process.env.DATABASE_URL || undefined });
  prefix = runPrefix(Date.now());
  const template = await ensureTemplate(server.url, Date.now());
  project.provide("databaseServer", { url: server.url, template, prefix });
}

/** After the last test file: nothing of this run stays, and the embedded server stops with its last user. */
export async function teardown(): Promise<void> {
  if (server === undefined) return;
  await dropRun(server.url, prefix);
  await server.release();
}
