import { loadDatabaseUrl } from "#app/config.server.ts";
import { ensureDatabase } from "./embedded-postgres.ts";
import { migrate } from "./migrate.ts";
import { runCommand } from "./run-command.ts";

/** `npm run migrate`: needs DATABASE_URL and nothing else of the environment. */
await runCommand(async () => {
  const database = await ensureDatabase({ databaseUrl: loadDatabaseUrl(process.env) });
  try {
    const applied = await migrate(database.url);
    console.log(
      applied.length === 0
        ? "The database is up to date."
        : `Applied ${applied.length} migration(s): ${applied.join(", ")}.`,
    );
  } finally {
    await database.release();
  }
});
