import { expect, it } from "vitest";
import { failureReason } from "./failure-reason.ts";

it.each<[string, readonly string[], string]>([
  [
    "takes the engine's wrapping off",
    ["1 error occurred:\n\t* smoke test, the plan: late\n\n"],
    "smoke test, the plan: late",
  ],
  [
    "keeps three lines of a command's output",
    ['exit status 1: running "x":\na\nb\nc'],
    'exit status 1: running "x":\na\nb',
  ],
  ["tells the newest error", ["second", "first"], "second"],
  ["says so when there is none", [], "no reason given"],
])("%s", (_name, errors, reason) => {
  expect(failureReason(errors)).toBe(reason);
});

it("keeps every line of a refusal", () => {
  expect(failureReason(["refused\n a\n b\n c\n d"], Number.POSITIVE_INFINITY)).toBe(
    "refused\n a\n b\n c\n d",
  );
});
