// The import rule: imports go down only, and a room is entered only through its door
// (`index.server.ts`) or its `types.ts`. Which table belongs to which room is checked by
// test/architecture/table-owners.ts.

/** From the ground up. A module may import from its own floor (rules below) and the floors under it. */
const floors = [
  {
    name: "ground",
    rooms: ["observability"],
    files: [
      "config.server",
      "data-domains",
      "db.server",
      "field-errors",
      "hourly-figures.server",
      "jobs",
      "loops.server",
    ],
  },
  { name: "means", rooms: ["queue", "shopify", "egress", "vault"], files: [] },
  {
    name: "knowledge",
    rooms: ["shops", "systems", "ownership", "discrepancies", "freshness", "mirror", "events"],
    files: [],
  },
  { name: "stages", rooms: ["intake", "processing", "delivery", "write-back"], files: [] },
  {
    name: "nets",
    rooms: [
      "connections",
      "timeline",
      "polling",
      "staleness",
      "subscriptions",
      "silence",
      "reconciliation",
      "coordination",
      "alerts",
      "privacy",
    ],
    files: [],
  },
  {
    name: "edges",
    rooms: ["routes", "api", "ui"],
    files: [
      "root",
      "context",
      "context.server",
      "connect-system.server",
      "entry.client",
      "entry.server",
    ],
  },
  { name: "processes", rooms: ["server", "worker", "start"], files: [] },
];

const anyOf = (names) => `(?:${names.map((name) => name.replaceAll(".", "\\.")).join("|")})`;

/** A pattern for everything on the given floors. */
function on(...names) {
  const chosen = floors.filter((floor) => names.includes(floor.name));
  const rooms = chosen.flatMap((floor) => floor.rooms);
  const files = chosen.flatMap((floor) => floor.files);
  const parts = rooms.length > 0 ? [`^app/${anyOf(rooms)}/`] : [];
  return files.length > 0 ? [...parts, `^app/${anyOf(files)}\\.tsx?$`] : parts;
}

const allFloors = floors.map((floor) => floor.name);
const inner = on("means", "knowledge", "stages", "nets");
const doors = "^app/[^/]+/(?:index\\.server|types)\\.ts$";
const typesOnly = "^app/[^/]+/types\\.ts$";
/** Words of the ground that a browser may know too. */
const browserSafeGround = "^app/data-domains\\.ts$";
const tests = "^test/";

const upward = floors.slice(0, -1).map((floor, index) => ({
  name: `no-upward-from-${floor.name}`,
  comment: `Imports go down only: ${floor.name} knows nothing of the floors above it.`,
  severity: "error",
  from: { path: on(floor.name) },
  to: { path: on(...allFloors.slice(index + 1)) },
}));

const sideways = ["means", "knowledge", "stages"].map((name) => ({
  name: `no-sideways-in-${name}`,
  comment: `Rooms of one floor (${name}) do not know each other: hand over a job, or let the floor above combine them.`,
  severity: "error",
  from: { path: on(name).map((pattern) => pattern.replace("(?:", "(")) },
  to: { path: on(name), pathNot: "^app/$1/" },
}));

export default {
  forbidden: [
    ...upward,
    ...sideways,
    {
      name: "room-without-floor",
      comment: "A new folder or file in app/ needs a floor: add it to .dependency-cruiser.mjs.",
      severity: "error",
      from: { path: "^app/", pathNot: on(...allFloors) },
      to: {},
    },
    {
      name: "no-cycle",
      comment:
        "Modules that need each other at run time are one module, or two with the wrong cut.",
      severity: "error",
      from: { path: ["^app/", tests] },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "only-through-the-door",
      comment: "Another room is entered through its index.server.ts or its types.ts, nowhere else.",
      severity: "error",
      from: { path: "^app/([^/]+)(?:/|$)" },
      to: {
        path: [...inner, "^app/(?:observability|api)/"],
        pathNot: ["^app/$1/", doors],
      },
    },
    {
      name: "ui-knows-only-types",
      comment:
        "A component that imports more than a room's types.ts puts server code in the browser.",
      severity: "error",
      from: { path: "^app/ui/" },
      to: { path: "^app/", pathNot: ["^app/ui/", typesOnly, browserSafeGround] },
    },
    {
      name: "ui-knows-no-observability",
      comment: "Logs and metrics are the server's.",
      severity: "error",
      from: { path: "^app/ui/" },
      to: { path: "^app/observability/" },
    },
    {
      name: "ui-runs-in-a-browser",
      comment: "No Node built-ins and no server packages in a component.",
      severity: "error",
      from: { path: "^app/ui/" },
      to: {
        path: [
          "node_modules/(?:pg|pg-boss|prisma|express|undici|pino|graphql-request)/",
          "node_modules/@(?:prisma|remix-run/node|remix-run/express|shopify/shopify-api)/",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "ui-has-no-built-ins",
      comment: "No Node built-ins in a component.",
      severity: "error",
      from: { path: "^app/ui/" },
      to: { dependencyTypes: ["core"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "types-are-safe-in-a-browser",
      comment:
        "types.ts is what a browser may load: other types.ts files and packages, no server code.",
      severity: "error",
      from: { path: typesOnly },
      to: {
        path: "^app/",
        pathNot: [typesOnly, browserSafeGround],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "types-have-no-built-ins",
      comment: "types.ts is what a browser may load.",
      severity: "error",
      from: { path: typesOnly },
      to: { dependencyTypes: ["core"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "routes-are-thin",
      comment:
        "A route knows doors, types, app/context and the screens; the rest is a room's business.",
      severity: "error",
      from: { path: "^app/routes/" },
      to: {
        path: "^app/",
        pathNot: [
          "^app/(?:routes|ui)/",
          "^app/context(?:\\.server)?\\.ts$",
          doors,
          browserSafeGround,
        ],
      },
    },
    {
      name: "screens-behind-ui",
      comment:
        "Polaris and the chart library are used in app/ui only, so that they can be replaced there.",
      severity: "error",
      from: { path: "^app/", pathNot: ["^app/ui/", "^app/root\\.tsx$", "^app/routes/app\\.tsx$"] },
      to: { path: "node_modules/(?:@shopify/polaris(?:-icons)?|@visx/[^/]+)/" },
    },
    {
      name: "job-engine-behind-queue",
      comment: "Only app/queue knows which job engine it is.",
      severity: "error",
      from: { path: "^app/", pathNot: "^app/queue/" },
      to: { path: "node_modules/pg-boss/" },
    },
    {
      name: "shopify-api-behind-shopify",
      comment: "app/shopify is the only speaker of Shopify's API.",
      severity: "error",
      from: { path: "^app/", pathNot: "^app/shopify/" },
      to: { path: "node_modules/(?:graphql-request|@shopify/shopify-api)/" },
    },
    {
      name: "web-and-worker-apart",
      comment: "Processes share app/start and the rooms, not each other.",
      severity: "error",
      from: { path: "^app/(server|worker|start)/" },
      to: { path: "^app/(?:server|worker)/", pathNot: "^app/$1/" },
    },
    {
      name: "app-knows-no-tests",
      comment: "What only tests have does not exist in production.",
      severity: "error",
      from: { path: "^app/" },
      to: { path: tests },
    },
    {
      name: "app-runs-without-dev-dependencies",
      comment: "A production install has no devDependencies.",
      severity: "error",
      from: { path: "^app/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "stand-ins-know-nothing-of-converge",
      comment: "The Shopify twin and the demo systems speak public protocols only.",
      severity: "error",
      from: { path: "^test/(?:twin|demo-systems)/", pathNot: "\\.test\\.tsx?$" },
      to: { path: "^app/" },
    },
    {
      name: "no-unresolvable",
      comment: "The import leads nowhere.",
      severity: "error",
      from: { path: ["^app/", tests] },
      to: { couldNotResolve: true, pathNot: "^virtual:" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(?:build|coverage)/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
      mainFields: ["module", "main", "types", "typings"],
    },
  },
};
