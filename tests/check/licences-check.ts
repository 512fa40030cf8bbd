// Checks that every package of the lock files has a licence of the list; part of `npm run check`.
import { readFileSync } from "node:fs";
import { licenceFaults } from "./licences.ts";

for (const fault of licenceFaults(JSON.parse(readFileSync("package-lock.json", "utf8")))) {
  process.stderr.write(`package-lock.json: ${fault}\n`);
  process.exitCode = 1;
}
