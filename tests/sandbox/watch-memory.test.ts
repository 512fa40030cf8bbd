import { describe, expect, it } from "vitest";
import { leakMemory } from "./change-application.ts";
import type { Ended } from "./sandbox.ts";
import { useSandbox } from "./use-sandbox.ts";

const { checkout, sandbox } = useSandbox({ from: "staging live" });

const rollout = (...words: readonly string[]) => sandbox.run("bin/rollout", ...words, "--stack", "staging");
const set = (setting: string, value: string): Promise<string> =>
  sandbox.read("pulumi", "config", "set", "--stack", "staging", "--path", `rollout:watch.${setting}`, value);

/** The last line of a command that prints JSON. */
const endOf = ({ output }: Ended): { readonly findings: readonly unknown[] } =>
  JSON.parse(output.split("\n").findLast((line) => line.startsWith('{"kind":"end"')) ?? "{}") as {
    readonly findings: readonly unknown[];
  };

describe("a release under watch", { timeout: 300_000 }, () => {
  it("whose workers leak until they restart is rolled back at once, and nothing new comes in until it is unfrozen", async () => {
    await set("everySeconds", "1");
    await set("windowSeconds", "120");
    leakMemory(checkout);
    checkout.commit("Keep more and more");
    const ended = await rollout("up", "--watch", "3m", "--json");
    expect(ended.status, ended.output).toBe(4);
    const { findings, ...end } = endOf(ended);
    expect(end).toMatchObject({ result: "rolled back", isFrozen: true, plan: { name: "immediate" } });
    // By its restarts, or, where three looks in a row meet it while it starts, by those.
    expect(findings[0]).toMatchObject({ kind: "health", part: "worker" });
    const refused = await rollout("up");
    expect(refused.status, refused.output).toBe(3);
    expect(refused.output).toMatch(/staging is frozen since .* was condemned: \w+ of worker/);
  });
});
