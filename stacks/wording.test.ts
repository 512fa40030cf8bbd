import { countOf, unknownStack } from "./wording.ts";
import { describe, expect, it } from "vitest";

describe("what is reported", () => {
  it.each([
    [0, "0 files"],
    [1, "1 file"],
    [2, "2 files"],
  ])("counts %i as %s", (count, told) => {
    expect(countOf(count, "file")).toBe(told);
  });

  it.each([
    ["stagin", "there is no stack stagin. Did you mean: pulumi up --stack staging"],
    [
      "demo",
      "there is no stack demo. The stacks are staging, prod: pulumi up --stack staging. " +
        "One of them that was renamed: pulumi stack rename staging --stack demo",
    ],
  ])("of the unknown stack %s names what was meant, or all that there are", (stack, told) => {
    expect(unknownStack(stack, ["staging", "prod"])).toBe(told);
  });
});
