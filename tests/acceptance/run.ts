import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { engineVersion } from "../../sandbox/toolchain/engine-version.ts";
import type { AcceptanceRun } from "./report.ts";
import { acceptanceMarkdown, acceptancePage } from "./report.ts";

const root = join(import.meta.dirname, "..", "..");

interface Tried extends Pick<AcceptanceRun, "profile" | "sandboxes" | "results" | "left"> {
  readonly begunAt: Date;
}

/** What a report says of the machine, the versions and the commit. */
export function describeRun({ begunAt, ...tried }: Tried): AcceptanceRun {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain") === "" ? "" : ", with changes that are not committed";
  return {
    ...tried,
    at: begunAt.toISOString(),
    machine: `${String(cpus().length)} × ${cpus()[0]?.model ?? "unknown"}, ${(totalmem() / 2 ** 30).toFixed(1)} GiB, load ${(loadavg()[0] ?? 0).toFixed(1)} at the end`,
    versions: { project: version, node: process.versions.node, "Pulumi engine": engineVersion },
    commit: `${git("rev-parse", "HEAD")}${changed}`,
    seconds: (Date.now() - begunAt.getTime()) / 1000,
  };
}

/** Writes the report as Markdown and as a page, named by its date; returns the page's path. */
export function writeAcceptance(run: AcceptanceRun, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const name = `acceptance-${run.at.replaceAll(/[:.]/g, "-")}`;
  writeFileSync(join(folder, `${name}.md`), acceptanceMarkdown(run));
  const page = join(folder, `${name}.html`);
  writeFileSync(page, acceptancePage(run));
  return page;
}
