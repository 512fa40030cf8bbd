import { fileURLToPath } from "node:url";
import { applyMigrations, MigrationError } from "./apply-migrations.ts";
import { readMigrations } from "./migration-set.ts";
import { migrateSettings, SettingsError } from "../settings.ts";

/** `npm run db:migrate`: applies what is missing in the database of DATABASE_URL and prints what that was. */
async function main(): Promise<void> {
  const { databaseUrl } = migrateSettings(process.env);
  const migrations = await readMigrations(fileURLToPath(new URL("migrations", import.meta.url)));
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
