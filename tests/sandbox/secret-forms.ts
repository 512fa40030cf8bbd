import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The ways in which a secret can stand in a text and still be read. */
export function forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString("base64").replace(/=+$/, "");
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      base64,
      bytes.toString("base64url"),
      bytes.toString("hex"),
    ]),
  ];
}

/** Every file below a folder with its text. */
export function textsBelow(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [file, readFileSync(file, "latin1")]);
}
