import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { vitestOf } from "./acceptance.ts";

it("finds vitest and the promises", () => {
  const [program = "", ...args] = vitestOf("list");
  expect(execFileSync(program, args, { encoding: "utf8" })).toContain("the system keeps its promise");
});
