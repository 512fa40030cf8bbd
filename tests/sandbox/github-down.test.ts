import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import type { SeenEnvironment } from "./environment-seen.ts";
import { seeEnvironment } from "./environment-seen.ts";
import { outputsOf } from "./staging.ts";
import { writesOf } from "./story.ts";
import { useSandbox } from "./use-sandbox.ts";

/** A bad release is live, and GitHub answers 503 to everything: a rollback by the copy of the record in the stack's state. */
const { checkout, sandbox } = useSandbox({ from: "staging live" });

const limit = { timeout: 240_000 };
let webUrl = "";
let seenOlder: SeenEnvironment | undefined;

beforeAll(async () => {
  ({ webUrl } = await outputsOf(sandbox, "staging"));
  seenOlder = await seeEnvironment(sandbox, webUrl);
  changeApplication(checkout, "bad", "worker", "web");
  checkout.commit("Write bad plans");
  const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging");
  expect(status, output).toBe(0);
  await sandbox.read(
    "faults",
    "add",
    "--cloud",
    "github",
    "--path",
    "**",
    "--kind",
    "status",
    "--status",
    "503",
  );
}, 400_000);

const rollback = (...words: readonly string[]) =>
  sandbox.run("bin/rollout", "rollback", "--without-github", "--stack", "staging", ...words);

describe("a rollback while GitHub does not answer", () => {
  it("has the releases of the state's copy to choose from", limit, async () => {
    const { status, output } = await sandbox.run(
      ...["bin/rollout", "history", "--stack", "staging", "--without-github"],
    );
    expect(status, output).toBe(0);
    expect(output).toMatch(/#2 live[^]*#1 can be returned to/);
  });

  it("has its live release shown by that copy, and its health by the clouds", limit, async () => {
    const { status, output } = await sandbox.run(
      ...["bin/rollout", "status", "--stack", "staging", "--without-github"],
    );
    expect(status, output).toBe(0);
    expect(output).toMatch(/staging: #2 [^]*web +well [^]*worker +well /);
  });

  it("begins only where its user has accepted that no lease is taken, and says why", limit, async () => {
    const { status, output } = await rollback("--yes-without-lease");
    expect(status).toBe(2);
    expect(output).toContain(
      "asks neither the gate nor for the lease. The engine's lock of the stack's state",
    );
  });

  it("takes nothing from a copy that was changed", limit, async () => {
    const state = await sandbox.read("pulumi", "stack", "export", "--stack", "staging");
    const file = join(sandbox.home, "state.json");
    const put = async (text: string): Promise<void> => {
      writeFileSync(file, text, { mode: 0o600 });
      await sandbox.read("pulumi", "stack", "import", "--stack", "staging", "--file", file);
    };
    const forged = state.replaceAll(/(\\"kind\\":\\"begun\\",\\"at\\":\\")\d/g, "$19");
    expect(forged).not.toBe(state);
    await put(forged);
    const { status, output } = await rollback("--yes-without-lease", "--reason", "GitHub is down");
    expect(status, output).toBe(3);
    expect(output).toMatch(
      /the copy of staging's record in the stack's state is refused, .*\n.*has a signature that is not one of staging-of-sandbox/,
    );
    await put(state);
  });

  it("gives users the release before, and writes nothing to GitHub", limit, async () => {
    const before = await writesOf(sandbox, /^github /);
    const { status, output } = await rollback("--yes-without-lease", "--reason", "GitHub is down");
    expect(status, output).toBe(0);
    expect(output).toContain("GitHub is not asked: no gate, and no lease of staging");
    expect(output).toContain("bin/rollout history --sync --stack staging");
    expect(await seeEnvironment(sandbox, webUrl)).toEqual(seenOlder);
    expect(await writesOf(sandbox, /^github /)).toBe(before);
  });
});

describe("after GitHub has come back", () => {
  it("no rollout begins before the rollback is on record", limit, async () => {
    await sandbox.read("faults", "clear");
    checkout.git("commit", "--quiet", "--allow-empty", "--message", "Go on");
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    expect(status, output).toBe(3);
    expect(output).toMatch(
      /the rollback without GitHub of \S+ by \S+ \(GitHub is down\) is not on record yet.*bin\/rollout history --sync --stack staging/,
    );
  });

  it("it is entered once, signed, with its reason, and the next rollout begins", limit, async () => {
    const history = async (...words: readonly string[]): Promise<string> => {
      const { status, output } = await sandbox.run("bin/rollout", "history", "--stack", "staging", ...words);
      expect(status, output).toBe(0);
      return output;
    };
    expect(await history("--sync")).toMatch(
      /Entered: the rollback of staging to #1 of \S+ by \S+ \(GitHub is down\)/,
    );
    expect(await history("--sync")).toContain("lacks nothing that ran without GitHub");
    expect(await history()).toMatch(/#3 live[^]*returns to #1[^]*without GitHub \S+ by \S+: GitHub is down/);
    expect(await history("--verify")).toContain("is as it was written: 6 entries");
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    expect(status, output).toBe(0);
  });
});
