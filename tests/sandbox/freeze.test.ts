import { describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { writesOf } from "./story.ts";
import { useSandbox } from "./use-sandbox.ts";

const { checkout, sandbox } = useSandbox({ from: "staging live" });

const rollout = (...words: readonly string[]) => sandbox.run("bin/rollout", ...words, "--stack", "staging");

describe("an environment that is frozen", { timeout: 240_000 }, () => {
  it("refuses a rollout and a rotation at once, without a change of its stack file, and writes nothing", async () => {
    const frozen = await rollout("freeze", "--reason", "incident 42");
    expect(frozen.output).toContain(
      "staging is frozen: incident 42. To lift it: bin/rollout unfreeze --stack staging",
    );
    expect(frozen.status).toBe(0);
    expect(checkout.git("status", "--porcelain")).toBe("");
    changeApplication(checkout, "newer", "worker");
    checkout.commit("Change the worker");
    const before = await writesOf(sandbox);
    const { status, output } = await rollout("up");
    expect(output).toMatch(
      /staging is frozen since \S+Z by \S+: incident 42\. To lift it: bin\/rollout unfreeze --stack staging/,
    );
    expect(status).toBe(3);
    const rotated = await rollout("rotate", "smoke-test-key");
    expect(rotated.output).toMatch(/^Refused: staging is frozen since .*: incident 42/m);
    expect(rotated.status).toBe(3);
    expect(await writesOf(sandbox)).toEqual(before);
  });

  it("shows it in its history, which is as it was written, and is frozen once", async () => {
    expect((await rollout("history")).output).toMatch(/^staging is frozen since .* by .*: incident 42\./m);
    expect((await rollout("history", "--verify")).status).toBe(0);
    const again = await rollout("freeze", "--reason", "incident 42");
    expect([again.status, again.output]).toEqual([
      0,
      expect.stringMatching(/staging is frozen already, by .*: incident 42/),
    ]);
  });

  it("is rolled out again once it is unfrozen, and its record shows who lifted it and why", async () => {
    const { status, output } = await rollout("unfreeze", "--reason", "42 is closed");
    expect([status, output]).toEqual([
      0,
      expect.stringMatching(/staging is no longer frozen \(incident 42, by /),
    ]);
    const up = await rollout("up");
    expect(up.status, up.output).toBe(0);
    const history = (await rollout("history")).output;
    expect(history).not.toMatch(/staging is frozen/);
    expect(history).toMatch(/unfrozen \S+ by \S+: 42 is closed\n {4}frozen \S+ by \S+: incident 42/);
  });
});
