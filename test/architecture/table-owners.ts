import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";

/**
 * "Only a room's `*-store.ts` names its tables": reads the owners from `prisma/schema.prisma`
 * (`/// owner: <room>` above each model) and looks through the SQL and the Prisma calls of `app/`.
 * Processes are exempt: migrations and clean-up concern every table.
 */

/** A table, the Prisma delegate that reaches it, and the room that owns it. */
export interface OwnedTable {
  table: string;
  delegate: string;
  owner: string;
}

/** One breach of the rule. `file` is relative to the project root, `line` counts from 1. */
export interface TableViolation {
  file: string;
  line: number;
  table: string;
  owner: string;
  message: string;
}

const exempt = /^app\/(?:start|server|worker)\//;

/** Prisma methods that only a delegate has, and those that a Map, a client or a room may have too. */
const delegateMethods =
  /^(?:find(?:Many|First|Unique)(?:OrThrow)?|(?:create|update|delete)Many(?:AndReturn)?|upsert|groupBy|aggregate)$/;
const commonMethods = /^(?:create|update|delete|count)$/;
const clientNames = /^(?:prisma|db|database|tx|trx|transaction|client)$/i;

/** SQL words a table name can follow. */
const beforeTable =
  "(?:from|join|into|update|table|truncate|using|lock|copy|references|merge\\s+into)";
/** A whole statement, so that lower-case SQL is told from an English sentence. */
const statement =
  /\bselect\b[\s\S]+\bfrom\b|\binsert\s+into\b|\bupdate\s+\S+(?:\s+(?:as\s+)?\w+)?\s+set\b|\bdelete\s+from\b|\btruncate\b|\bmerge\s+into\b|\bcopy\s+\S+[\s\S]*\b(?:from|to)\b|\b(?:lock|alter|create|drop)\s+table\b/i;

/**
 * The tables of a Prisma schema with their owners. Throws when a model names no owner, since an
 * unowned table would escape the rule.
 */
export function readOwners(schema: string): OwnedTable[] {
  const owners: OwnedTable[] = [];
  let comments: string[] = [];
  let model: { name: string; table: string; owner: string } | undefined;
  for (const line of schema.split("\n").map((text) => text.trim())) {
    const start = /^model\s+(\w+)\s*\{/.exec(line)?.[1];
    if (start !== undefined) {
      const owner = comments
        .map((text) => /^\/\/\/\s*owner:\s*([\w-]+)/.exec(text)?.[1])
        .find((name) => name !== undefined);
      if (owner === undefined) {
        throw new Error(
          `prisma/schema.prisma: model ${start} has no "/// owner: <room>" line above it`,
        );
      }
      model = { name: start, table: start, owner };
    } else if (model !== undefined) {
      model.table = /^@@map\("([^"]+)"\)/.exec(line)?.[1] ?? model.table;
      if (line === "}") {
        owners.push({ table: model.table, delegate: delegateOf(model.name), owner: model.owner });
        model = undefined;
      }
    }
    comments = line.startsWith("///") ? [...comments, line] : [];
  }
  return owners;
}

/** Every place in the `app/` of `root` that names another room's table, sorted by file and line. */
export function findTableViolations(root: string): TableViolation[] {
  const owners = readOwners(readFileSync(join(root, "prisma/schema.prisma"), "utf8"));
  return sourceFiles(root)
    .filter((file) => !exempt.test(file))
    .flatMap((file) => violationsIn(file, readFileSync(join(root, file), "utf8"), owners));
}

/** The violations of one file: `file` decides whose tables it may name, `text` is its source. */
export function violationsIn(
  file: string,
  text: string,
  owners: readonly OwnedTable[],
): TableViolation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, scriptKind(file));
  const found: TableViolation[] = [];
  const report = (node: ts.Node, { table, owner }: OwnedTable): void => {
    if (mayName(file, owner)) return;
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    const message = `${file}:${line} names the table "${table}", which only app/${owner}/*-store.ts may`;
    found.push({ file, line, table, owner, message });
  };
  const visit = (node: ts.Node): void => {
    const sql = sqlText(node);
    if (sql !== undefined) for (const owned of tablesIn(sql, owners)) report(node, owned);
    const delegate = delegateCall(node);
    for (const owned of owners) if (owned.delegate === delegate) report(node, owned);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function mayName(file: string, owner: string): boolean {
  const home = `app/${owner}/`;
  // pg-boss's schema has no models; all of app/queue is its adapter.
  if (owner === "queue" && file.startsWith(home)) return true;
  return file.startsWith(home) && file.endsWith("-store.ts");
}

function delegateOf(model: string): string {
  return model.charAt(0).toLowerCase() + model.slice(1);
}

function scriptKind(file: string): ts.ScriptKind {
  return file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
}

function sourceFiles(root: string): string[] {
  return readdirSync(join(root, "app"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .map((path) => path.split(sep).join("/"))
    .filter((path) => !path.includes("/generated/"))
    .sort();
}

/** The text of a string or template; what is filled in at run time becomes `?`. */
function sqlText(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join("?");
}

function tablesIn(sql: string, owners: readonly OwnedTable[]): OwnedTable[] {
  // Half a statement in capitals ("FROM events e") counts; lower case only in a whole statement,
  // or every sentence with "from events" in it would.
  const flags = statement.test(sql) ? "i" : "";
  const word = flags === "i" ? beforeTable : beforeTable.toUpperCase().replaceAll("\\S", "\\s");
  const pgboss: OwnedTable = { table: "pgboss", delegate: "", owner: "queue" };
  return [...owners, pgboss].filter(({ table, owner }) => {
    const name = `"?${table}"?`;
    const tail = owner === "queue" && table === "pgboss" ? "\\s*\\." : "(?![\\w.])";
    const listed = `(?:\\s*[\\w".]+(?:\\s+(?:as\\s+)?\\w+)?\\s*,)*`;
    const pattern = `\\b${word}\\s+(?:only\\s+)?${listed}\\s*(?:"?public"?\\.)?${name}${tail}`;
    return new RegExp(pattern, flags).test(sql);
  });
}

/** `<something>.<delegate>.<prisma method>` gives the delegate's name. */
function delegateCall(node: ts.Node): string | undefined {
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  const target = node.expression;
  if (!ts.isPropertyAccessExpression(target)) return undefined;
  if (delegateMethods.test(node.name.text)) return target.name.text;
  if (!commonMethods.test(node.name.text)) return undefined;
  const client = ts.isPropertyAccessExpression(target.expression)
    ? target.expression.name.text
    : target.expression.getText();
  return clientNames.test(client) ? target.name.text : undefined;
}
