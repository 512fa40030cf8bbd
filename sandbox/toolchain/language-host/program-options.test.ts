import { describe, expect, it } from "vitest";
import { parseProgramOptions } from "./program-options.ts";

describe("the options of a program", () => {
  it("default to TypeScript by ts-node and npm, as the original host does", () => {
    expect(parseProgramOptions({})).toEqual({ typescript: true, nodeArguments: [], packageManager: "npm" });
  });

  it.each([
    ["--require tsx/cjs", ["--require", "tsx/cjs"]],
    [`--import "a b" 'c\\d' e\\ f`, ["--import", "a b", "c\\d", "e f"]],
    ["  --x=''  ", ["--x="]],
  ])("split nodeargs %s as a shell does", (nodeargs, expected) => {
    expect(parseProgramOptions({ nodeargs }).nodeArguments).toEqual(expected);
  });

  it.each([
    [{ typescript: "no" }, "typescript option must be a boolean"],
    [{ nodeargs: 1 }, "nodeargs option must be a string"],
    [{ nodeargs: "'a" }, "nodeargs option: the quote ' is not closed"],
    [{ packagemanager: "pip" }, "packagemanager option must be one of auto, npm, yarn, pnpm, bun"],
  ])("refuse %j", (options, message) => {
    expect(() => parseProgramOptions(options)).toThrow(message);
  });
});
