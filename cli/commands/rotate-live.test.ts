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
import { shopFile } from "../../stacks/settings/test-application.ts";
import { exitStatus } from "../exit-status.ts";
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
const { access } = useTestApi(({ url }) =>
  url.includes("/git/ref/")
    ? { status: 200, body: { object: { sha: "1" } } }
    : { status: 200, body: linksOf(chain) },
);

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
