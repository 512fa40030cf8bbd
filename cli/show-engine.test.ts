import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session } from "./command.ts";
import { didSucceed, showEngine } from "./show-engine.ts";

const urn = "urn:pulumi:staging::shop::pulumi-nodejs:dynamic/vercel:Variable::web-LEVEL";
const warning =
  "Attempting to deploy or update resources with 1 pending operations from previous deployment.\n" +
  `  * ${urn}, interrupted while updating\nThese resources are in an unknown state`;

/**
 * An engine that notes its words. An `up` warns of what is pending until a refresh has cleared it, and waits then, as the engine
 * does for the program, until it is interrupted.
 */
const engine = `#!${process.execPath}
const { appendFileSync, existsSync, writeFileSync } = require("node:fs");
const words = process.argv.slice(2);
appendFileSync(process.env.FAKE_ENGINE + "/words", JSON.stringify(words) + "\\n");
const event = (data) => appendFileSync(words[words.indexOf("--event-log") + 1], JSON.stringify(data) + "\\n");
const settled = process.env.FAKE_ENGINE + "/settled";
if (words[0] === "refresh" && existsSync(process.env.FAKE_ENGINE + "/fails")) process.exit(255);
if (words[0] === "refresh") writeFileSync(settled, "");
if (words[0] === "up" && !existsSync(settled)) {
  event({ diagnosticEvent: { severity: "warning", message: ${JSON.stringify(warning)} } });
  process.on("SIGINT", () => process.exit(1));
  setTimeout(() => process.exit(9), 60_000);
} else if (words[0] === "up" && existsSync(process.env.FAKE_ENGINE + "/loses")) {
  event({ diagnosticEvent: { urn: ${JSON.stringify(urn)}, severity: "error", message: "error reading from server: EOF" } });
  event({ resOpFailedEvent: { metadata: { urn: ${JSON.stringify(urn)}, op: "update", type: "pulumi-nodejs:dynamic/vercel:Variable" } } });
  event({ summaryEvent: { result: "failed", resourceChanges: { same: 3 } } });
  process.exit(255);
} else event({ summaryEvent: { result: "succeeded", resourceChanges: { same: 3 } } });
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fake-engine-"));
  writeFileSync(join(folder, "pulumi"), engine);
  chmodSync(join(folder, "pulumi"), 0o755);
  vi.stubEnv("HOME", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function up(): Promise<{
  readonly run: Awaited<ReturnType<typeof showEngine>>;
  readonly shown: string;
}> {
  const out = new PassThrough();
  const session: Session = {
    checkout: folder,
    environment: { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}`, FAKE_ENGINE: folder },
    out: out as unknown as NodeJS.WriteStream,
    err: out as unknown as NodeJS.WriteStream,
  };
  const run = await showEngine(session, {
    ...{ stack: "staging", engineText: ["up", "--stack", "staging", "--yes"], json: false },
  });
  return { run, shown: String(out.read() ?? "") };
}

const asked = (): readonly (readonly string[])[] =>
  readFileSync(join(folder, "words"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as string[]);

describe("a rollout whose provider's process is killed", () => {
  it("fails, and then takes over what the clouds have of what that had under way", async () => {
    for (const name of ["settled", "loses"]) appendFileSync(join(folder, name), "");
    const { run, shown } = await up();
    expect(didSucceed(run)).toBe(false);
    expect(run.end.failedSteps).toEqual(["web-LEVEL"]);
    expect(asked().map(([verb]) => verb)).toEqual(["up", "refresh"]);
    expect(asked()[1]).toEqual(expect.arrayContaining(["--target", urn]));
    expect(shown).toContain("a provider's process was killed at web-LEVEL (updating)");
  });
});

describe("a rollout after one that was killed", () => {
  it("stops before it acts, takes over what the clouds have of what was pending, and then rolls out", async () => {
    const { run, shown } = await up();
    expect(didSucceed(run), shown).toBe(true);
    expect(run.isInterrupted).toBe(false);
    expect(asked().map(([verb]) => verb)).toEqual(["up", "refresh", "up"]);
    expect(asked()[1]).toEqual(expect.arrayContaining(["--clear-pending-creates", "--target", urn]));
    expect(shown.match(/an earlier rollout was killed at web-LEVEL \(updating\)/g)).toHaveLength(1);
    expect(shown).not.toContain("warning");
  });

  it("does not roll out where that could not be read", async () => {
    appendFileSync(join(folder, "fails"), "");
    const { run } = await up();
    expect(didSucceed(run)).toBe(false);
    expect(asked().map(([verb]) => verb)).toEqual(["up", "refresh"]);
  });

  it("runs the engine once where nothing is pending", async () => {
    appendFileSync(join(folder, "settled"), "");
    const { run } = await up();
    expect(didSucceed(run)).toBe(true);
    expect(asked().map(([verb]) => verb)).toEqual(["up"]);
  });
});
