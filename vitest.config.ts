import { defineConfig } from "vitest/config";

// Unit and integration files share the modules of their process (`isolate: false`): loading the app
// anew for each of them takes longer than many of them run. Nothing in it keeps a state between tests.

/** Needs a real Postgres: `*.db.test.ts`. */
const integrationFiles = "test/**/*.db.test.{ts,tsx}";
/** Needs whole processes, a browser, or both: journeys and crash tests. */
const journeyFiles = [
  "test/journeys/**/*.test.{ts,tsx}",
  "test/crash/**/*.test.{ts,tsx}",
  "test/**/*.journey.test.{ts,tsx}",
];

export default defineConfig({
  // The app's components are compiled by Remix's plugin in production; tests need only the JSX.
  esbuild: { jsx: "automatic" },
  test: {
    environment: "node",
    pool: "forks",
    // Most tests wait for a database or a clock: two at a time keep one processor busy. Left to itself
    // vitest takes one fewer than there are processors.
    maxWorkers: 2,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    setupFiles: ["test/support/console-guard.ts"],
    coverage: {
      provider: "v8",
      include: ["app/**/*.{ts,tsx}"],
      exclude: ["app/shopify/generated/**", "**/*.d.ts"],
      reporter: ["text-summary", "json-summary", "html"],
      reportsDirectory: "coverage",
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: [integrationFiles, ...journeyFiles],
          isolate: false,
          testTimeout: 20_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: [integrationFiles],
          exclude: journeyFiles,
          globalSetup: ["test/support/database-setup.ts"],
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "journeys",
          include: journeyFiles,
          globalSetup: ["test/support/database-setup.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
