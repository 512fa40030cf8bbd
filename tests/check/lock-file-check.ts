// Checks that every package of the lock files has a digest and a source that is allowed; part of `npm run check`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lockFaults } from "./lock-file.ts";

for (const folder of [".", "tests/clients/neon", "tests/clients/vercel"]) {
  const file = join(folder, "package-lock.json");
  for (const fault of lockFaults(JSON.parse(readFileSync(file, "utf8")) as object)) {
    process.stderr.write(`${file}: ${fault}\n`);
    process.exitCode = 1;
  }
}
