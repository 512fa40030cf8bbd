import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import { asCommits, signedLinks, testKeys } from "@rollout/infra/rollout/records/test-keys";
import { useTestApi } from "@rollout/infra/shared/test-api";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session } from "../command.ts";
import { shopFile, shopSettings } from "../../stacks/settings/test-application.ts";
import { exitStatus } from "../exit-status.ts";
import { newValue, nextVersion } from "../rotation/config-change.ts";
import { rotate } from "./rotate.ts";

// Another application than the checkout's, whatever a user declares there.
vi.mock("../../rollout.config.ts", async () => ({
  application: (await import("../../stacks/settings/test-application.ts")).shop,
}));

/** Prints the settings, notes each other command with the release that it is to run, and ends a rollout as the test sets. */
const engine = `#!/usr/bin/env node
const { appendFileSync, readFileSync } = require("node:fs");
const words = process.argv.slice(2);
const world = process.env.TEST_WORLD;
if (words[0] === "config" && words.includes("--json")) {
  process.stdout.write(readFileSync(world + "/settings.json"));
  process.exit(0);
}
const { ROLLOUT_RELEASE: release = "", ROLLOUT_SEEN_ATTEMPT: seen = "" } = process.env;
appendFileSync(world + "/ran", words.filter((word) => !/^[-/]/.test(word)).slice(0, 4).join(" ") + (words[0] === "up" ? " release " + release + " seen " + seen : "") + "\\n");
if (words[1] === "set" && process.env.TEST_COUNTS_IN) appendFileSync(process.env.TEST_COUNTS_IN, "# " + words.join(" ") + "\\n");
if (words[1] === "set" && words.includes("--secret")) appendFileSync(world + "/input", readFileSync(0, "utf8") + "\\n");
if (words[1] === "get") process.stdout.write("of before\\n");
if (words[0] !== "up") process.exit(0);
const isRefused = readFileSync(world + "/end", "utf8") === "refused";
const gate = { op: "update", type: "pulumi-nodejs:dynamic/rollout:Gate", urn: "urn:pulumi:staging::shop::gate::gate" };
const events = isRefused
  ? [{ resourcePreEvent: { metadata: gate } }, { resOpFailedEvent: { metadata: gate } }]
  : [{ summaryEvent: { resourceChanges: { update: 1 }, result: "succeeded" } }];
appendFileSync(words.at(-1), events.map((each) => JSON.stringify({ sequence: 0, timestamp: 0, ...each }) + "\\n").join(""));
process.exit(isRefused ? 255 : 0);
`;

let chain: readonly Attempt[] = [];
let hidesSecrets = false;
const { access } = useTestApi(({ url }) => {
  if (url.includes("/git/ref/")) return { status: 200, body: { object: { sha: "1" } } };
  if (!url.includes("/secrets")) return { status: 200, body: linksOf(chain) };
  if (hidesSecrets) return { status: 403, body: { message: "Resource not accessible by integration" } };
  const secret = {
    name: "NEON_API_KEY",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-05T00:00:00Z",
  };
  return { status: 200, body: { total_count: 1, secrets: [secret] } };
});

/** As GitHub lists the commits of a record, newest first. */
function linksOf(attempts: readonly Attempt[]): readonly object[] {
  const entries = [...attempts].reverse().flatMap(({ number, ended, ...begun }) => [
    { kind: "begun", attempt: number, ...begun },
    { kind: "ended", attempt: number, ...ended },
  ]);
  return asCommits(signedLinks(entries));
}

let world: string;
let session: Session;
beforeEach(() => {
  hidesSecrets = false;
  world = mkdtempSync(join(tmpdir(), "shop-rotate-"));
  writeFileSync(join(world, "pulumi"), engine);
  chmodSync(join(world, "pulumi"), 0o755);
  writeFileSync(join(world, "end"), "done");
  writeFileSync(join(world, "Pulumi.staging.yaml"), "config: {}\n");
  execFileSync("git", ["init", "--quiet"], { cwd: world });
  const tokens = { NEON_API_KEY: "t", FLY_API_TOKEN: "t", VERCEL_API_TOKEN: "t", GITHUB_TOKEN: "t" };
  session = {
    checkout: world,
    environment: {
      ...{ PATH: `${world}:${process.env["PATH"] ?? ""}`, TEST_WORLD: world, GITHUB_API_URL: access.baseUrl },
      ...tokens,
    },
    out: process.stdout,
    err: process.stderr,
  };
});
afterEach(() => rmSync(world, { recursive: true }));

function settings(more: Record<string, unknown> = {}): void {
  const { secret: _secret, ...key } = testKeys.staging;
  const record = { keys: [{ ...key, stack: "staging" }] };
  const given: Record<string, unknown> = { ...shopFile("staging"), record, ...more };
  writeFileSync(
    join(world, "settings.json"),
    JSON.stringify(
      Object.fromEntries(
        Object.entries(given).map(([key, objectValue]) => [`rollout:${key}`, { objectValue, secret: false }]),
      ),
    ),
  );
}

const rotated = (): Promise<number> => rotate.run(session, ["smoke-test-key", "--stack", "staging"]);
const ran = (): readonly string[] => readFileSync(join(world, "ran"), "utf8").trim().split("\n");

describe("rotating a secret", () => {
  it("rolls out the release that is live and not the checkout's, also after a rollback", async () => {
    settings();
    chain = [testAttempt(3, "a", { returnsTo: 1 }), testAttempt(2, "b"), testAttempt(1, "a")];
    expect(await rotated()).toBe(exitStatus.done);
    expect(ran()).toEqual(["config set staging rollout:smoke.keyVersion", "up staging release 3 seen 3"]);
  });

  it("rolls out the checkout where nothing is live", async () => {
    settings();
    chain = [testAttempt(1, "a", { ended: { at: "", result: "failure", description: "" } })];
    expect(await rotated()).toBe(exitStatus.done);
    expect(ran().at(-1)).toBe("up staging release  seen");
  });

  it.each([
    ["names the change to commit where the checkout's stack file has it", true],
    [
      "names none where the count stands in another file, though the checkout's has changes of its own",
      false,
    ],
  ])("%s", async (_name, isInCheckout) => {
    settings();
    chain = [testAttempt(1, "a")];
    const file = join(world, isInCheckout ? "Pulumi.staging.yaml" : "copy.yaml");
    const said: string[] = [];
    const err = { write: (text: string) => said.push(text) > 0 } as unknown as NodeJS.WriteStream;
    session = { ...session, err, environment: { ...session.environment, TEST_COUNTS_IN: file } };
    expect(await rotated()).toBe(exitStatus.done);
    expect(said.join("").includes("; commit that with the stack file")).toBe(isInCheckout);
  });

  it("finishes one that was interrupted or failed, and counts no further", async () => {
    settings({ smoke: { keyVersion: "2" } });
    const failed = { at: "2026-01-02T00:00:00Z", result: "failure" as const, description: "smoke" };
    const versions = (version: string) => ({ secretVersions: { "smoke-test-key": version } });
    chain = [
      testAttempt(2, "a", { ...versions("2"), returnsTo: 1, ended: failed }),
      testAttempt(1, "a", versions("1")),
    ];
    expect(await rotated()).toBe(exitStatus.done);
    expect(ran()).toEqual(["up staging release 1 seen 2"]);
    chain = [testAttempt(3, "a", { ...versions("2"), returnsTo: 1 }), ...chain];
    expect(await rotated()).toBe(exitStatus.done);
    expect(ran().slice(1)).toEqual([
      "config set staging rollout:smoke.keyVersion",
      "up staging release 3 seen 3",
    ]);
  });

  it("prints the steps of a token that a vendor makes, and changes nothing", async () => {
    const printed: string[] = [];
    const out = { write: (text: string) => printed.push(text) > 0 } as unknown as NodeJS.WriteStream;
    expect(await rotate.run({ ...session, out }, ["NEON_API_KEY", "--stack", "staging"])).toBe(
      exitStatus.done,
    );
    expect(printed.join("")).toContain("gh secret set NEON_API_KEY --env staging");
    expect(() => ran()).toThrow("ENOENT");
  });

  it("lists each secret with its age and without its value, also where GitHub shows no secrets", async () => {
    settings();
    chain = [testAttempt(1, "a", { secretVersions: { "smoke-test-key": "1" } })];
    const [printed, warned]: [string[], string[]] = [[], []];
    const into = (texts: string[]) =>
      ({ write: (text: string) => texts.push(text) > 0 }) as unknown as NodeJS.WriteStream;
    const listing = { ...session, out: into(printed), err: into(warned) };
    expect(await rotate.run(listing, ["--list", "--stack", "staging", "--json"])).toBe(exitStatus.done);
    const lines = printed
      .join("")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { name: string });
    expect(lines.find(({ name }) => name === "smoke-test-key")).toEqual({
      ...{
        name: "smoke-test-key",
        what: "key of the smoke test for the API",
        version: "1",
        isAtLeast: false,
      },
      ...{ since: "2026-01-01T00:00:00.123Z", source: "record" },
    });
    expect(lines.find(({ name }) => name === "NEON_API_KEY")).toMatchObject({
      ...{ since: "2026-01-05T00:00:00Z", source: "github" },
    });
    hidesSecrets = true;
    expect(await rotate.run(listing, ["--list", "--stack", "staging"])).toBe(exitStatus.done);
    expect(warned.join("")).toContain(
      "The secrets of the GitHub environment staging are not shown to GITHUB_TOKEN",
    );
  });

  it("takes a new value of the application's secret by the engine's input, and the old one back where it is refused", async () => {
    settings();
    chain = [testAttempt(1, "a")];
    const { fly } = shopSettings("staging");
    const [name = ""] = fly.secrets;
    const change = newValue(
      session,
      { settings: shopSettings("staging") },
      { stack: "staging", name, value: "new" },
    );
    change.set();
    change.restore();
    expect(ran()).toEqual([
      `config get staging rollout:secrets.${name}`,
      `config set staging rollout:secrets.${name}`,
      `config set staging rollout:secrets.${name}`,
    ]);
    expect(readFileSync(join(world, "input"), "utf8")).toBe("new\nof before\n");
    const unknown = { stack: "staging", name: "NO_SUCH", value: "v" };
    expect(() => newValue(session, { settings: shopSettings("staging") }, unknown)).toThrow(
      /knows no secret NO_SUCH\. Of the application there is: /,
    );
  });

  it("counts from the version that runs, where the checkout's stack file is of before", () => {
    const file = join(world, "counted.yaml");
    const counting = { ...session, environment: { ...session.environment, TEST_COUNTS_IN: file } };
    const setting = "rollout:smoke.keyVersion";
    nextVersion(counting, { stack: "staging", setting, version: 1, live: "4" }).set();
    nextVersion(counting, { stack: "staging", setting, version: 5, live: "4" }).set();
    nextVersion(counting, { stack: "staging", setting, version: undefined }).set();
    expect(readFileSync(file, "utf8").match(/keyVersion \d+/g)).toEqual([
      ...["keyVersion 5", "keyVersion 6", "keyVersion 2"],
    ]);
  });

  it("is refused in a freeze, before anything is counted", async () => {
    settings({ gate: { freeze: "audit" } });
    chain = [testAttempt(1, "a")];
    expect(await rotated()).toBe(exitStatus.refused);
    expect(() => ran()).toThrow("ENOENT");
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["none", { smoke: {} }, "config rm staging rollout:smoke.keyVersion"],
    ["another one", { smoke: { keyVersion: "4" } }, "config set staging rollout:smoke.keyVersion"],
  ])("counts nothing up where the gate refuses it, and the version was %s", async (_name, more, restored) => {
    settings(more);
    writeFileSync(join(world, "end"), "refused");
    chain = [testAttempt(1, "a")];
    expect(await rotated()).toBe(exitStatus.refused);
    expect(ran().at(-1)).toBe(restored);
  });
});
