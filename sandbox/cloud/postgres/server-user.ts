import { readFileSync } from "node:fs";

/** A user of this machine. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user that PostgreSQL runs as, or undefined where it runs as we do. PostgreSQL refuses root, so as root a user
 * is taken that every machine has; none is created, for a sandbox changes nothing of the machine.
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(":");
    if (fields) return { name, uid: Number(fields[2]) >>> 0, gid: Number(fields[3]) >>> 0 };
  }
  throw new Error(
    "PostgreSQL refuses to run as root, and /etc/passwd has neither of the users postgres and nobody, which could run it. " +
      "Run bin/sandbox as an ordinary user, or add one: useradd postgres",
  );
}
