import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { CodegenConfig } from "@graphql-codegen/cli";
import { buildClientSchema, type IntrospectionQuery, printSchema } from "graphql";

/** The Admin API's schema, from the copy that Shopify ships in this package. */
const packedSchema = "node_modules/@shopify/dev-mcp/dist/data/admin_2026-10.json.gz";

function adminSchema(): string {
  const text = gunzipSync(readFileSync(packedSchema)).toString();
  const { data } = JSON.parse(text) as { data: IntrospectionQuery };
  return printSchema(buildClientSchema(data));
}

const config: CodegenConfig = {
  overwrite: true,
  schema: adminSchema(),
  documents: ["app/shopify/operations/*.graphql"],
  generates: {
    "app/shopify/generated/operations.ts": {
      plugins: ["typescript-operations", "typed-document-node"],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        disableDescriptions: true,
        // A scalar nobody has decided about is `unknown`, never `any`.
        defaultScalarType: "unknown",
        scalars: {
          BigInt: "string",
          Date: "string",
          DateTime: "string",
          Decimal: "string",
          FormattedString: "string",
          HTML: "string",
          Money: "string",
          UnsignedInt64: "string",
          URL: "string",
        },
      },
    },
  },
};

export default config;
