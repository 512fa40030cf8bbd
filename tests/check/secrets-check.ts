// Looks for secrets in every file that git has or would add; part of `npm run check`.
import { execFileSync } from "node:child_process";
import { lstatSync, readFileSync } from "node:fs";
import { secretsIn } from "./secrets.ts";

/** Larger ones are no text that is written here. */
const largest = 2 * 1024 * 1024;

async function check(): Promise<void> {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
  });
  let read = 0;
  for (const path of new Set(listed.split("\0").filter(Boolean))) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found?.isFile() || found.size > largest) continue;
    const content = readFileSync(path, "utf8");
    if (content.includes("\0")) continue;
    read += 1;
    for (const fault of await secretsIn(path, content)) {
      process.stderr.write(`${fault}\n`);
      process.exitCode = 1;
    }
  }
  if (read > 0) return;
  process.stderr.write("expected files of a git repository, found none: run it in a checkout\n");
  process.exitCode = 1;
}

void check();
