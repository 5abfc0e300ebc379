import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findImportViolations } from "./import-rules.ts";
import { sampleTree } from "../support/sample-tree.ts";

/** Rooms with a door each, so that a case only states the import it is about. */
const rooms = {
  "app/config.server.ts": "export const config = 1;",
  "app/db.server.ts": "export const db = 1;",
  "app/context.server.ts": "export const context = 1;",
  "app/observability/index.server.ts": "export const log = 1;",
  "app/queue/index.server.ts": 'export { enqueue } from "./enqueue.ts";',
  "app/queue/enqueue.ts": "export const enqueue = 1;",
  "app/mirror/index.server.ts": "export const mirror = 1;",
  "app/mirror/types.ts": "export interface Resource { id: string }",
  "app/mirror/mirror-store.ts": "export const rows = 1;",
  "app/intake/index.server.ts": "export const take = 1;",
  "app/intake/types.ts": "export type Outcome = string;",
  "app/processing/index.server.ts": "export const process = 1;",
  "app/polling/index.server.ts": "export const poll = 1;",
  "app/start/main.ts": "export const start = 1;",
  "app/server/main.ts": "export const serve = 1;",
  "app/worker/main.ts": "export const work = 1;",
  "app/ui/card.tsx": "export const Card = 1;",
  "test/twin/main.ts": "export const twin = 1;",
};

interface Breach {
  breach: string;
  file: string;
  text: string;
  rules: string[];
}

/** One file per breach, so that a single run over one tree shows them all. */
const breaches: Breach[] = [
  {
    breach: "an upward import",
    file: "app/mirror/read.ts",
    text: 'import "#app/intake/index.server.ts";',
    rules: ["no-upward-from-knowledge"],
  },
  {
    breach: "an upward import of a type",
    file: "app/queue/read.ts",
    text: 'import type { Resource } from "#app/mirror/types.ts";\nexport type A = Resource;',
    rules: ["no-upward-from-means"],
  },
  {
    breach: "the ground knowing a room",
    file: "app/jobs.ts",
    text: 'import "./queue/index.server.ts";',
    rules: ["no-upward-from-ground"],
  },
  {
    breach: "a stage that calls another stage",
    file: "app/intake/by-alias.ts",
    text: 'import "#app/processing/index.server.ts";',
    rules: ["no-sideways-in-stages"],
  },
  {
    breach: "a relative sideways import",
    file: "app/intake/by-path.ts",
    text: 'import "../processing/index.server.ts";',
    rules: ["no-sideways-in-stages"],
  },
  {
    breach: "a dynamic sideways import",
    file: "app/intake/at-run-time.ts",
    text: 'await import("../processing/index.server.ts");',
    rules: ["no-sideways-in-stages"],
  },
  {
    breach: "a re-export past a door",
    file: "app/processing/read.ts",
    text: 'export { rows } from "#app/mirror/mirror-store.ts";',
    rules: ["only-through-the-door"],
  },
  {
    breach: "a process that reaches past a door",
    file: "app/worker/handlers.ts",
    text: 'import "#app/queue/enqueue.ts";',
    rules: ["only-through-the-door"],
  },
  {
    breach: "a route's component that reaches past a door",
    file: "app/routes/past-the-door.tsx",
    text: 'import "#app/mirror/mirror-store.ts";',
    rules: ["only-through-the-door", "routes-are-thin"],
  },
  {
    breach: "a route that reaches for the database",
    file: "app/routes/database.tsx",
    text: 'import "#app/db.server.ts";',
    rules: ["routes-are-thin"],
  },
  {
    breach: "a component that uses a door",
    file: "app/ui/door.tsx",
    text: 'import "#app/mirror/index.server.ts";',
    rules: ["ui-knows-only-types"],
  },
  {
    breach: "a component that logs",
    file: "app/ui/log.tsx",
    text: 'import "#app/observability/index.server.ts";',
    rules: ["ui-knows-no-observability", "ui-knows-only-types"],
  },
  {
    breach: "a component that uses a Node built-in",
    file: "app/ui/disk.tsx",
    text: 'import "node:fs";',
    rules: ["ui-has-no-built-ins"],
  },
  {
    breach: "a types.ts that carries server code",
    file: "app/processing/types.ts",
    text: 'export { process } from "./index.server.ts";',
    rules: ["types-are-safe-in-a-browser"],
  },
  {
    breach: "a types.ts that uses a Node built-in",
    file: "app/polling/types.ts",
    text: 'import "node:crypto";',
    rules: ["types-have-no-built-ins"],
  },
  {
    breach: "a cycle",
    file: "app/intake/a.ts",
    text: 'import { b } from "./b.ts";\nexport const a = () => b;',
    rules: ["no-cycle"],
  },
  {
    breach: "a worker that uses the web process",
    file: "app/worker/extra.ts",
    text: 'import "../server/main.ts";',
    rules: ["web-and-worker-apart"],
  },
  {
    breach: "the app using something of the tests",
    file: "app/start/extra.ts",
    text: 'import "../../test/twin/main.ts";',
    rules: ["app-knows-no-tests"],
  },
  {
    breach: "the twin knowing the app",
    file: "test/twin/extra.ts",
    text: 'import "#app/intake/index.server.ts";',
    rules: ["stand-ins-know-nothing-of-converge"],
  },
  {
    breach: "a folder that has no floor",
    file: "app/helpers/thing.ts",
    text: 'import "#app/config.server.ts";',
    rules: ["room-without-floor"],
  },
  {
    breach: "an import that leads nowhere",
    file: "app/intake/lost.ts",
    text: 'import "#app/queue/gone.ts";',
    rules: ["no-unresolvable"],
  },
];

async function brokenRules(files: Record<string, string>): Promise<Map<string, string[]>> {
  const broken = new Map<string, string[]>();
  for (const { from, rule } of await findImportViolations(sampleTree({ ...rooms, ...files }))) {
    broken.set(from, [...new Set([...(broken.get(from) ?? []), rule])].sort());
  }
  return broken;
}

describe("the import rule fails on", () => {
  let broken = new Map<string, string[]>();

  beforeAll(async () => {
    const files = Object.fromEntries(breaches.map(({ file, text }) => [file, text]));
    broken = await brokenRules({
      ...files,
      "app/intake/b.ts": 'import { a } from "./a.ts";\nexport const b = () => a;',
    });
  });

  it.each(breaches)("$breach", ({ file, rules }) => {
    expect(broken.get(file)).toEqual(rules);
  });

  it("nothing else in that tree", () => {
    expect([...broken.keys()].sort()).toEqual(breaches.map(({ file }) => file).sort());
  });
});

describe("the import rule holds for", () => {
  it("imports downward, through doors and of types, and a cycle of types only", async () => {
    const files = {
      "app/intake/take.ts": [
        'import "#app/config.server.ts";',
        'import "#app/observability/index.server.ts";',
        'import "#app/queue/index.server.ts";',
        'import "#app/mirror/index.server.ts";',
        'import type { Resource } from "#app/mirror/types.ts";',
        "export type Taken = Resource;",
      ].join("\n"),
      "app/polling/pass.ts": 'import "#app/intake/index.server.ts";',
      "app/routes/page.tsx": [
        'import "#app/intake/index.server.ts";',
        'import "#app/context.server.ts";',
        'import "#app/ui/card.tsx";',
      ].join("\n"),
      "app/ui/page.tsx":
        'import type { Outcome } from "#app/intake/types.ts";\nexport type A = Outcome;',
      "app/server/extra.ts": 'import "../start/main.ts";',
      "app/intake/a.ts": 'import type { B } from "./b.ts";\nexport interface A { b: B }',
      "app/intake/b.ts": 'import type { A } from "./a.ts";\nexport interface B { a: A }',
      "test/intake/take.test.ts": 'import "#app/queue/enqueue.ts";',
    };
    expect(await brokenRules(files)).toEqual(new Map());
  });

  it("this repository", async () => {
    const violations = await findImportViolations(join(import.meta.dirname, "../.."));
    expect(violations.map((violation) => violation.message)).toEqual([]);
  });
});
