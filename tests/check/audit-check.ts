// Asks the registry for known vulnerabilities of what the lock file has; part of `npm run check`. Exceptions end by themselves.
// Where the registry does not answer such questions it is skipped, which it prints; AUDIT=required refuses that, as scans.yml
// does. AUDIT=report prints what is found and passes, as in ci.yml, which every rollout waits for.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { auditFaults, readExceptions } from "./vulnerabilities.ts";

const limitMilliseconds = 60_000;

interface Answer {
  readonly report?: unknown;
  /** Why there is none. */
  readonly reason?: string;
}

/** What `npm audit` reports. It ends with 1 both for a finding and where it cannot ask. */
function askRegistry(): Promise<Answer> {
  const options = ["audit", "--json", "--audit=true", "--fetch-retries=1", "--fetch-timeout=20000"];
  return new Promise((resolve) => {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const settings = { timeout: limitMilliseconds, maxBuffer: 2 ** 26, shell: process.platform === "win32" };
    execFile(npm, options, settings, (error, stdout) => {
      try {
        const report = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
        if ("vulnerabilities" in report) resolve({ report });
        else
          resolve({
            reason: typeof report["message"] === "string" ? report["message"] : "it gave no report",
          });
      } catch {
        resolve({ reason: error?.killed === true ? "it did not answer in time" : "npm printed no report" });
      }
    });
  });
}

async function check(): Promise<readonly string[]> {
  const file = join("tests", "check", "audit-exceptions.json");
  const { faults, valid } = readExceptions(JSON.parse(readFileSync(file, "utf8")), new Date());
  const { report, reason } = await askRegistry();
  if (report !== undefined) return [...faults, ...auditFaults(report, valid)];
  const skipped = `vulnerabilities: skipped, since the registry could not be asked: ${reason ?? ""}`;
  if (process.env["AUDIT"] === "required") return [...faults, skipped];
  process.stdout.write(`${skipped}. scans.yml asks it (AUDIT=required)\n`);
  return faults;
}

void check().then((faults) => {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0 && process.env["AUDIT"] !== "report") process.exitCode = 1;
});
