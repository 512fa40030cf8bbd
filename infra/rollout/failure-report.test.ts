import { expect, it } from "vitest";
import { failureReason } from "./failure-report.ts";

it.each<[string, readonly string[], string]>([
  [
    "takes the engine's wrapping off",
    ["1 error occurred:\n\t* smoke test, the plan: late\n\n"],
    "smoke test, the plan: late",
  ],
  [
    "keeps a command's output",
    ['exit status 1: running "x":\na\nb\nc'],
    'exit status 1: running "x":\na\nb\nc',
  ],
  [
    "keeps the first line of a long build and its last ones, which say what failed",
    [
      [
        "flyctl deploy ended with 1",
        ...Array.from({ length: 40 }, (_each, line) => `step ${String(line)}`),
        "npm ERR! 404",
      ].join("\n"),
    ],
    [
      "flyctl deploy ended with 1",
      "…",
      ...Array.from({ length: 9 }, (_each, line) => `step ${String(line + 31)}`),
      "npm ERR! 404",
    ].join("\n"),
  ],
  [
    "leaves stack traces out",
    ["TypeError: x is no function\n    at run (/app/infra/a.ts:12:3)\n    at node:internal/main:1:2"],
    "TypeError: x is no function",
  ],
  ["reports the newest error", ["second", "first"], "second"],
  ["reports when there is none", [], "no reason given"],
])("%s", (_name, errors, reason) => {
  expect(failureReason(errors)).toBe(reason);
});

it("keeps every line of a refusal", () => {
  expect(failureReason(["refused\n a\n b\n c\n d"], Number.POSITIVE_INFINITY)).toBe(
    "refused\n a\n b\n c\n d",
  );
});
