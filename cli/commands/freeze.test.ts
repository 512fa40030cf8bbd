import { join } from "node:path";
import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import type { Freeze } from "@rollout/infra/rollout/records/freeze";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { shopSettings } from "../../stacks/settings/test-application.ts";
import type { Session } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { freeze, unfreeze } from "./freeze.ts";

/** What was entered; that a gate then refuses is tested in infra/rollout/freeze.test.ts and tests/sandbox/freeze.test.ts. */
const entered: string[] = [];
const state = {
  frozen: undefined as Freeze | undefined,
  isRunning: false,
  setting: "",
  key: true,
  anchors: true,
};

vi.mock("@rollout/infra/rollout/records/append", () => ({
  requireSigner: () =>
    state.key
      ? Promise.resolve()
      : Promise.reject(new Error("no key to sign the record of staging with: set it")),
}));
vi.mock("@rollout/infra/rollout/records/freeze", () => ({
  enterFreeze: (_writer: object, { event, reason }: { event: string; reason: string }) => {
    entered.push(`${event}: ${reason}`);
    return Promise.resolve({ anchor: { entry: 7, hash: "h", sha: "s" } });
  },
  anchorInDeployment: () => (state.anchors ? Promise.resolve(true) : Promise.reject(new Error("403"))),
}));
vi.mock("../record-writer.ts", () => ({ recordWriter: () => ({}) }));
vi.mock("../history/recorded.ts", () => ({
  readRecorded: () => {
    const { ended: _ended, ...begun } = testAttempt(3, "c");
    return Promise.resolve({
      attempts: [state.isRunning ? begun : testAttempt(3, "c")],
      settings: shopSettings("staging", { gate: { freeze: state.setting } }),
      place: { owner: "o", repository: "r", environment: "staging", records: {} },
      freeze: state.frozen,
    });
  },
}));

let [printed, said] = ["", ""];
const session = {
  ...{ checkout: join(import.meta.dirname, "..", ".."), environment: {} },
  out: { write: (text: string) => ((printed += text), true) },
  err: { write: (text: string) => ((said += text), true) },
} as unknown as Session;
const at = (command: typeof freeze, ...words: readonly string[]) =>
  command.run(session, ["--stack", "staging", ...words]);
const frozen: Freeze = {
  at: "2026-01-01T00:00:00Z",
  by: "ada@laptop",
  reason: "incident 42",
  stack: "staging",
};

beforeEach(() => {
  entered.length = 0;
  [printed, said] = ["", ""];
  Object.assign(state, { frozen: undefined, isRunning: false, setting: "", key: true, anchors: true });
});

describe("bin/rollout freeze", () => {
  it.each([
    [
      [],
      'bin/rollout freeze requires why, which a refused rollout prints: bin/rollout freeze --stack staging --reason "incident 42"',
    ],
    [
      ["--reason", "one\ntwo"],
      /--reason is 7 characters long or has line breaks; expected one line of at most 300/,
    ],
    [["--reason", "x".repeat(301)], /--reason is 301 characters long/],
  ])("refuses %j and enters nothing", async (words, message) => {
    await expect(at(freeze, ...words)).rejects.toThrow(message);
    expect(entered).toEqual([]);
  });

  it("enters the reason, and prints what lifts it", async () => {
    expect(await at(freeze, "--reason", "incident 42")).toBe(exitStatus.done);
    expect(entered).toEqual(["frozen: incident 42"]);
    expect(printed).toBe(
      "staging is frozen: incident 42. To lift it: bin/rollout unfreeze --stack staging\n",
    );
    expect(said).toBe("");
  });

  it("enters another reason over the first, and the same one once", async () => {
    state.frozen = frozen;
    await at(freeze, "--reason", "incident 42");
    expect(entered).toEqual([]);
    expect(printed).toBe("staging is frozen already, by ada@laptop: incident 42\n");
    await at(freeze, "--reason", "incident 43");
    expect(entered).toEqual(["frozen: incident 43"]);
  });

  it("names the rollout that it does not stop", async () => {
    state.isRunning = true;
    await at(freeze, "--reason", "incident 42");
    expect(said).toBe(
      "Rollout #3 by ada@laptop has passed the gate before, and is not stopped. To undo it: bin/rollout rollback --stack staging\n",
    );
  });

  it("is wrong use without a key, and in force although GitHub's deployment cannot note it", async () => {
    state.key = false;
    await expect(at(freeze, "--reason", "r")).rejects.toThrow(/no key to sign/);
    Object.assign(state, { key: true, anchors: false });
    expect(await at(freeze, "--reason", "r", "--json")).toBe(exitStatus.done);
    expect(said).toContain("It is in force");
    expect(JSON.parse(printed)).toMatchObject({
      frozen: true,
      reason: "r",
      environment: "staging",
      entry: 7,
    });
  });
});

describe("bin/rollout unfreeze", () => {
  it("enters who lifts it, with a reason or without", async () => {
    state.frozen = frozen;
    expect(await at(unfreeze)).toBe(exitStatus.done);
    expect(entered).toEqual(["unfrozen: no reason given"]);
    expect(printed).toBe("staging is no longer frozen (incident 42, by ada@laptop).\n");
  });

  it("enters nothing where nothing is frozen, and names the setting that still freezes", async () => {
    state.setting = "audit";
    expect(await at(unfreeze)).toBe(exitStatus.done);
    expect([entered, printed]).toEqual([[], "staging is not frozen.\n"]);
    expect(said).toBe(
      "The stack file still freezes it (audit): pulumi config rm --stack staging --path rollout:gate.freeze\n",
    );
  });
});
