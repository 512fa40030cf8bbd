import { fileURLToPath } from "node:url";
import { applyMigrations, MigrationError, migrationLimits } from "./apply-migrations.ts";
import { readMigrations } from "./migration-set.ts";
import { observeMigrations } from "./observe-migrations.ts";
import { migrateSettings, SettingsError } from "../settings.ts";

/**
 * `npm run db:migrate`: applies what is missing in the database of DATABASE_URL and prints what that was. With `--report` it
 * prints one JSON object instead, with time and locks of each.
 */
async function main(): Promise<void> {
  const { databaseUrl } = migrateSettings(process.env);
  const migrations = await readMigrations(fileURLToPath(new URL("migrations", import.meta.url)));
  if (process.argv.includes("--report")) {
    const observer = observeMigrations();
    await applyMigrations(databaseUrl, migrations, migrationLimits, observer);
    process.stdout.write(`${JSON.stringify({ applied: observer.finish() })}\n`);
    return;
  }
  const applied = await applyMigrations(databaseUrl, migrations);
  process.stdout.write(applied.length > 0 ? `applied ${applied.join(", ")}\n` : "nothing to apply\n");
}

main().catch((error: unknown) => {
  const expected = error instanceof MigrationError || error instanceof SettingsError;
  const text =
    error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
