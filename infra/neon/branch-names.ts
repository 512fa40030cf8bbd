/** What the names of all backup branches begin with. */
export const backupPrefix = "backup-";

/** What stands behind the name of a branch until it is empty. */
export const beingMade = "-being-made";
