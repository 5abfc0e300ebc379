import { join } from "node:path";
import { findImportViolations } from "./import-rules.ts";
import { findTableViolations } from "./table-owners.ts";

// Imports go down only and through doors; only the owning room names a table. Run by `npm test`.
const root = join(import.meta.dirname, "../..");
const messages = [
  ...(await findImportViolations(root)).map((violation) => violation.message),
  ...findTableViolations(root).map((violation) => violation.message),
];
for (const message of messages) console.log(`  ${message}`);
console.log(
  messages.length === 0
    ? "The architecture holds."
    : `${messages.length} breaches of the architecture.`,
);
process.exitCode = messages.length === 0 ? 0 : 1;
