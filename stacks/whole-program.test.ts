import * as settings from "@pulumi/pulumi/runtime/settings";
import { expect, it } from "vitest";
import { halfProgramFault, isExplained } from "./whole-program.ts";

it("reports resources that were never declared, the first of them by name", () => {
  const names = ["a:App one", "a:App two", "a:App three", "a:App four", "a:App five", "a:App six"];
  expect(halfProgramFault(names, false)).toBe(
    "Internal error: the program ended before 6 of its resources were declared " +
      "(a:App one, a:App two, a:App three, a:App four, a:App five); nothing is deleted",
  );
  expect(halfProgramFault([], false)).toBeUndefined();
});

it("reports none where another failure explains them: the engine has stopped answering", () => {
  expect(halfProgramFault(["a:App one"], true)).toBeUndefined();
  expect(isExplained()).toBe(false);
  // What the SDK does at the first answer that the engine refuses because it stops.
  settings.terminateRpcs();
  expect(isExplained()).toBe(true);
});
