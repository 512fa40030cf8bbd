import { describe, expect, it } from "vitest";
import { readOptions, requireStack } from "./arguments.ts";

const options = { stack: { type: "string", short: "s" }, json: { type: "boolean" } } as const;

describe("the options of a command", () => {
  it.each([
    [["--stack", "staging"], { stack: "staging", json: false }],
    [["-s", "staging", "--json"], { stack: "staging", json: true }],
    [["--stack=staging"], { stack: "staging", json: false }],
    [[], { stack: undefined, json: false }],
  ])("are read from %j", (words, expected) => {
    expect(readOptions("up", words, options)).toEqual(expected);
  });

  it.each([
    [
      ["--stak", "staging"],
      "bin/rollout up: Unknown option '--stak'. Its options: --stack, --json. See: bin/rollout up --help",
    ],
    [
      ["staging"],
      "bin/rollout up: Unexpected argument 'staging'. Its options: --stack, --json. See: bin/rollout up --help",
    ],
    [
      ["--stack"],
      "bin/rollout up: Option '-s, --stack <value>' argument missing. Its options: --stack, --json. See: bin/rollout up --help",
    ],
  ])("are refused in %j, with those that there are", (words, message) => {
    expect(() => readOptions("up", words, options)).toThrow(message);
  });

  it("never guess the stack", () => {
    expect(() => requireStack("up", undefined)).toThrow(
      "bin/rollout up requires where: bin/rollout up --stack staging",
    );
  });
});
