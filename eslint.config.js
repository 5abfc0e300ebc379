import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";

/** Frameworks and tools that load a module by its default export. */
const defaultExportFiles = [
  "app/root.tsx",
  "app/entry.*.tsx",
  "app/routes/**/*.tsx",
  "**/*.d.ts",
  "*.config.{js,mjs,ts}",
  ".dependency-cruiser.mjs",
  "codegen.ts",
];

/** The places that may read the environment: one for the app, the mains, and everything only tests run. */
const environmentFiles = [
  "app/config.server.ts",
  "app/{server,worker}/main.ts",
  "app/start/**",
  "test/**",
  "prisma/**",
  "*.{js,mjs,ts}",
];

const defaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Use a named export: default exports are for routes, root, entries and tool configs.",
};

const everywhere = [
  {
    selector: "CallExpression[callee.object.name='vi'][callee.property.name=/^(mock|doMock)$/]",
    message: "No module mocks: pass the dependency as a parameter.",
  },
  {
    selector:
      "CallExpression[callee.object.name=/^(it|test|describe|suite)$/][callee.property.name=/^(skip|only|todo|fails)$/]",
    message: "No skipped, focused or missing tests: fix it or delete it.",
  },
  {
    selector:
      "CallExpression[callee.property.name='catch'] > :function[body.type='BlockStatement'][body.body.length=0]",
    message:
      "A swallowed error: handle it, or return undefined and say above the line why it is safe.",
  },
];

const nodeGlobals = Object.fromEntries(
  [
    "AbortController",
    "AbortSignal",
    "Buffer",
    "TextDecoder",
    "TextEncoder",
    "URL",
    "URLSearchParams",
    "WebAssembly",
    "clearInterval",
    "clearTimeout",
    "console",
    "crypto",
    "fetch",
    "performance",
    "process",
    "setImmediate",
    "setInterval",
    "setTimeout",
    "structuredClone",
  ].map((name) => [name, "readonly"]),
);

const browserGlobals = Object.fromEntries(
  [
    "CustomEvent",
    "Event",
    "EventSource",
    "FormData",
    "HTMLElement",
    "Headers",
    "MutationObserver",
    "Request",
    "Response",
    "customElements",
    "document",
    "history",
    "localStorage",
    "location",
    "navigator",
    "parent",
    "requestAnimationFrame",
    "sessionStorage",
    "window",
  ].map((name) => [name, "readonly"]),
);

export default defineConfig(
  {
    ignores: [
      "build/",
      "coverage/",
      "node_modules/",
      ".cache/",
      ".converge/",
      "public/",
      "app/shopify/generated/",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
  },
  { files: ["**/*.tsx"], extends: [hooks.configs.flat.recommended] },
  {
    rules: {
      complexity: ["error", 15],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-depth": ["error", 4],
      "max-lines": ["error", { max: 400, skipBlankLines: false, skipComments: false }],
      "max-lines-per-function": ["error", { max: 80, skipBlankLines: false, skipComments: false }],
      "no-console": "off",
      "no-empty": ["error", { allowEmptyCatch: false }],
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "Only app/config.server.ts reads the environment: take a Config as a parameter.",
        },
      ],
      "no-restricted-syntax": ["error", defaultExport, ...everywhere],
      "prefer-const": "error",
    },
  },
  {
    files: ["**/*.{ts,tsx}"],
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "all" },
      ],
      // There are no enums here; graphql-js's Kind is compared with the words it stands for.
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      // Routes throw responses: that is how Remix redirects and answers 404.
      "@typescript-eslint/only-throw-error": [
        "error",
        { allow: ["Response", "TypedResponse"], allowRethrowing: true },
      ],
      // An async function without await is how an interface that returns a promise is kept.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowAny: false, allowNullish: false },
      ],
      "@typescript-eslint/return-await": ["error", "error-handling-correctness-only"],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  { files: ["app/**"], rules: { "no-console": "error" } },
  { files: ["app/start/**"], rules: { "no-console": "off" } },
  { files: environmentFiles, rules: { "no-restricted-properties": "off" } },
  { files: defaultExportFiles, rules: { "no-restricted-syntax": ["error", ...everywhere] } },
  { files: ["test/**/*.{test,bench}.{ts,tsx}"], rules: { "max-lines-per-function": "off" } },
  { files: ["**/*.{js,mjs,cjs}"], extends: [ts.configs.disableTypeChecked] },
  { files: ["**/*.{js,mjs,cjs}"], languageOptions: { globals: nodeGlobals } },
  {
    // Scripts that a browser loads as they stand.
    files: ["test/twin/admin/**/*.js", "test/demo-systems/**/*.js"],
    languageOptions: { globals: { ...nodeGlobals, ...browserGlobals }, sourceType: "script" },
  },
);
