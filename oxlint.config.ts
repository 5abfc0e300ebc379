import { defineConfig, type OxlintConfig } from "oxlint";

type Rules = NonNullable<OxlintConfig["rules"]>;

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
  "*.config.ts",
  "codegen.ts",
];

const readsEnvironment = {
  object: "process",
  property: "env",
  message: "Only app/config.server.ts reads the environment: take a Config as a parameter.",
};

const mocksModules = ["mock", "doMock"].map((property) => ({
  object: "vi",
  property,
  message: "No module mocks: pass the dependency as a parameter.",
}));

const leavesTestsOut = ["it", "test", "describe", "suite"].flatMap((object) =>
  ["skip", "only", "todo", "fails"].map((property) => ({
    object,
    property,
    message: "No skipped, focused or missing tests: fix it or delete it.",
  })),
);

const everywhere = [...mocksModules, ...leavesTestsOut];

/** Code that a type checker proves wrong or careless; `oxlint-tsgolint` asks the compiler. */
const typeAwareRules = {
  "typescript/consistent-type-imports": "error",
  "typescript/no-base-to-string": "error",
  "typescript/no-duplicate-type-constituents": "error",
  "typescript/no-explicit-any": "error",
  "typescript/no-misused-promises": "error",
  "typescript/no-redundant-type-constituents": "error",
  "typescript/no-unnecessary-type-assertion": "error",
  "typescript/no-unsafe-argument": "error",
  "typescript/no-unsafe-assignment": "error",
  "typescript/no-unsafe-call": "error",
  "typescript/no-unsafe-member-access": "error",
  "typescript/no-unsafe-return": "error",
  // Routes throw responses: that is how Remix redirects and answers 404.
  "typescript/only-throw-error": [
    "error",
    { allow: ["Response", "TypedResponse"], allowRethrowing: true },
  ],
  "typescript/prefer-promise-reject-errors": "error",
  "typescript/restrict-plus-operands": "error",
  "typescript/restrict-template-expressions": [
    "error",
    { allowNumber: true, allowBoolean: true, allowAny: false, allowNullish: false },
  ],
  "typescript/return-await": ["error", "error-handling-correctness-only"],
  "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
  "typescript/unbound-method": "error",
} satisfies Rules;

/** The rules of hooks and what the React compiler would refuse. */
const reactRules = Object.fromEntries(
  [
    "exhaustive-deps",
    "globals",
    "immutability",
    "purity",
    "refs",
    "rules-of-hooks",
    "set-state-in-effect",
    "set-state-in-render",
    "static-components",
    "use-memo",
  ].map((rule) => [`react/${rule}`, "error" as const]),
);

/** Plain JavaScript says nothing of types. */
function offIn(rules: object): Record<string, "off"> {
  return Object.fromEntries(Object.keys(rules).map((name) => [name, "off"]));
}

export default defineConfig({
  plugins: ["typescript", "react", "import"],
  categories: { correctness: "error" },
  options: { typeAware: true, typeCheck: true, reportUnusedDisableDirectives: "error" },
  ignorePatterns: [
    "build/",
    "coverage/",
    "node_modules/",
    ".cache/",
    ".converge/",
    "public/",
    "app/shopify/generated/",
  ],
  rules: {
    ...typeAwareRules,
    // `return void (await ...)` and arrows that end in `void`: a value is dropped on purpose.
    "typescript/no-meaningless-void-operator": "off",
    // Texts are sorted by code unit; numbers are compared by those who sort them.
    "typescript/require-array-sort-compare": "off",
    "react/rules-of-hooks": "off",
    complexity: ["error", 15],
    eqeqeq: ["error", "always", { null: "ignore" }],
    "import/no-default-export": "error",
    "max-depth": ["error", 4],
    "max-lines": ["error", { max: 400, skipBlankLines: false, skipComments: false }],
    "max-lines-per-function": ["error", { max: 80, skipBlankLines: false, skipComments: false }],
    "no-array-constructor": "error",
    "no-case-declarations": "error",
    "no-empty": ["error", { allowEmptyCatch: false }],
    // Above all a swallowed error, `.catch(() => {})`: handle it, or return undefined and say why.
    "no-empty-function": "error",
    "no-fallthrough": "error",
    "no-prototype-builtins": "error",
    "no-regex-spaces": "error",
    "no-restricted-properties": ["error", readsEnvironment, ...everywhere],
    "no-unused-vars": [
      "error",
      { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "all" },
    ],
    "no-var": "error",
    "prefer-const": "error",
    "prefer-rest-params": "error",
    "prefer-spread": "error",
  },
  overrides: [
    { files: ["**/*.{js,mjs}"], rules: offIn(typeAwareRules) },
    { files: ["**/*.tsx"], rules: reactRules },
    { files: ["app/**"], rules: { "no-console": "error" } },
    { files: ["app/start/**"], rules: { "no-console": "off" } },
    { files: environmentFiles, rules: { "no-restricted-properties": ["error", ...everywhere] } },
    { files: defaultExportFiles, rules: { "import/no-default-export": "off" } },
    { files: ["test/**/*.{test,bench}.{ts,tsx}"], rules: { "max-lines-per-function": "off" } },
  ],
});
