#!/usr/bin/env node
// Stand-in for Prisma's native `schema-engine` binary: the same command line and the same JSON-RPC on
// stdin and stdout, answered by Prisma's own WebAssembly build of the engine through adapter-pg. The
// native binary would have to be downloaded from binaries.prisma.sh; this one came with `npm ci`.
// prisma.config.ts makes the Prisma CLI use it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { databaseName, MigrationAdapter, runOnce } from "./schema-engine/adapter.mjs";

const argv = process.argv.slice(2);
const debug = Boolean(process.env.DEBUG);

/** Every value given for a flag that may be repeated. */
function flagValues(name) {
  return argv.flatMap((word, index) => (word === name ? [argv[index + 1]] : []));
}

const [datasource] = flagValues("--datasource");
const databaseUrl = (datasource && JSON.parse(datasource).url) || process.env.DATABASE_URL;

// Postgres' error codes as the CLI knows them: authentication, access, missing database, unreachable.
const prismaCodes = {
  "28P01": "P1000",
  28000: "P1010",
  "3D000": "P1003",
  ECONNREFUSED: "P1001",
  ENOTFOUND: "P1001",
};

/** One line of the engine's log, in the shape the CLI reads from stderr. */
function log(level, message, extra = {}) {
  const fields = { message, ...extra };
  const timestamp = new Date().toISOString();
  const line = JSON.stringify({ timestamp, level, target: "schema_engine::logger", fields });
  process.stderr.write(`${line}\n`);
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

/** `schema-engine cli <command>`: the few things the CLI asks for outside JSON-RPC. */
async function runCommand(command) {
  const name = pg.escapeIdentifier(databaseName(databaseUrl));
  switch (command) {
    case "can-connect-to-database":
      await runOnce(databaseUrl);
      return "Connection successful";
    case "create-database":
      await runOnce(databaseUrl, `CREATE DATABASE ${name}`, "postgres");
      return "Done";
    case "drop-database":
      await runOnce(databaseUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, "postgres");
      return "Done";
    default:
      throw new Error(`schema-engine.mjs does not know the command ${command}`);
  }
}

async function answerCommand(command) {
  // The CLI skips the first line.
  log("INFO", "Starting schema engine CLI");
  try {
    log("INFO", await runCommand(command));
  } catch (error) {
    const errorCode = prismaCodes[error.code] ?? "P1001";
    log("ERROR", error.message || String(error.code), { error_code: errorCode, is_panic: false });
    process.exitCode = 1;
  }
}

/** Prisma's WebAssembly engine; its own loader is for bundlers, so the module is put together here. */
async function loadEngine() {
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm");
  const code = readFileSync(path.join(path.dirname(entry), "schema_engine_bg.wasm"));
  const imports = { "./schema_engine_bg.js": glue };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), imports);
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return glue.SchemaEngine;
}

async function createEngine(adapter) {
  const SchemaEngine = await loadEngine();
  const datamodels = flagValues("--datamodels").map((file) => [file, readFileSync(file, "utf8")]);
  const onLog = (message) => debug && log("DEBUG", String(message));
  return SchemaEngine.new(
    { datamodels: datamodels.length ? datamodels : undefined },
    onLog,
    adapter,
  );
}

async function createDatabase() {
  try {
    await runCommand("create-database");
  } catch (error) {
    const alreadyThere = "42P04";
    if (error.code !== alreadyThere) throw error;
  }
  return { databaseName: databaseName(databaseUrl) };
}

let printId = 1_000_000;

async function answerCall(engine, { method, params }) {
  if (method === "createDatabase") return createDatabase();
  const name = method === "getDatabaseVersion" ? "version" : method;
  const ready = await engine();
  const result = await ready[name](params);
  if (method === "diff" && result?.stdout) {
    printId += 1;
    send({ id: printId, method: "print", params: { content: result.stdout } });
  }
  return result ?? {};
}

function errorReply(adapter, thrown) {
  // The engine only passes a ticket for errors of the adapter; the error itself waits there.
  const error = adapter.errorRegistry?.lookupError?.(thrown)?.error ?? thrown;
  if (debug) log("ERROR", error.stack ?? String(error));
  const code = error.code ?? "P4000";
  const data = {
    is_panic: false,
    message: error.message,
    error_code: typeof code === "string" ? code : undefined,
    meta: error.meta ?? null,
  };
  return { code: 4466, message: "An error happened. Check the data field for details.", data };
}

/** Answers calls one by one until the CLI closes stdin. */
async function serve() {
  const adapter = bindMigrationAwareSqlAdapterFactory(new MigrationAdapter(databaseUrl));
  let created;
  const engine = () => {
    created ??= createEngine(adapter);
    return created;
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const request = line.trim() === "" ? {} : JSON.parse(line);
    // Without a method it only acknowledges a `print` of ours.
    if (!request.method) continue;
    try {
      send({ id: request.id, result: await answerCall(engine, request) });
    } catch (error) {
      send({ id: request.id, error: errorReply(adapter, error) });
    }
  }
  process.exit(0);
}

if (argv.includes("--version")) {
  process.stdout.write("schema-engine-cli wasm\n");
} else if (argv.includes("cli")) {
  await answerCommand(argv[argv.indexOf("cli") + 1]);
} else {
  await serve();
}
