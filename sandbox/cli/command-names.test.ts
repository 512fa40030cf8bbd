import { describe, expect, it } from "vitest";
import { commandNames } from "./command-names.ts";

const named = (command: readonly string[], ...said: readonly string[]): boolean => {
  const names = commandNames(command);
  for (const text of said) names.listen?.(text);
  return names.areNamed();
};

describe("the commands that a failed command names", () => {
  it.each<[boolean, string, string[]]>([
    [true, "bin/rollout names one", ["Roll it out first: bin/rollout up --stack staging\n"]],
    [true, "bin/rollout names one of pulumi", ["(pulumi config set --stack staging)\n"]],
    [true, "the name comes in two pieces", ["Roll it out first: bin/rol", "lout up --stack staging\n"]],
    [false, "bin/rollout names none", ["knows no secret password. There is: smoke-test-key\n"]],
    [false, "it speaks of pulumi itself", ["pulumi was ended from outside\n"]],
    [false, "it names one of the sandbox", ["See: bin/sandbox bin/rollout up\n"]],
  ])("are %s noticed where %s", (expected, _name, said) => {
    expect(named(["bin/rollout", "up"], ...said)).toBe(expected);
  });

  it("are expected of the program, which pulumi runs", () => {
    expect(named(["pulumi", "up", "--stack", "staging"])).toBe(true);
    expect(named(["pulumi", "--cwd=x", "preview"])).toBe(true);
    expect(named(["pulumi", "stack", "output"])).toBe(false);
    expect(named(["curl", "x"])).toBe(false);
  });
});
