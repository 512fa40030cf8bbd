/** How commands name what changes a database: the tools, their subcommands, and the usual names of scripts. */
const migrating = [
  /\bmigrat(?:e|es|ion|ions|or)\b/,
  /\bdrizzle-kit\s+(?:push|drop)\b/,
  /\bdb[: ]?(?:push|sync|upgrade|seed)\b/,
  /\b(?:dbmate|flyway|liquibase|alembic|atlas schema)\b/,
  /\b(?:schema:sync|sync-schema)\b/,
];

/** Whether a command of a fly.*.toml or a Dockerfile changes the database. */
export function isMigration(command: string): boolean {
  // The words of a list, as CMD has one, are next to each other as well.
  const words = command.toLowerCase().replaceAll(/["',[\]\s]+/g, " ");
  return migrating.some((pattern) => pattern.test(words));
}

/** Why such a command is refused, and what to do instead. */
export const migrationReason =
  "it would change the database past the lint, the rehearsal, the backup and the gate. " +
  "The rollout applies the migrations before it deploys. Delete the command";
