/** What the names of all backup branches begin with. */
export const backupPrefix = "backup-";
