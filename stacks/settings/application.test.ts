import { describe, expect, it } from "vitest";
import { defineApplication } from "./application.ts";

const worker = { description: "App that works." };

describe("the declaration of an application", () => {
  it("takes any number of workers", () => {
    const workers = { a: worker, "b-2": worker, c: worker };
    expect(defineApplication({ workers })).toEqual({ workers });
  });

  it("names all faults of the workers' names", () => {
    expect(() => defineApplication({ workers: { web: worker, "B C": worker, good: worker } })).toThrow(
      "rollout.config.ts: workers:\n  web: this name is reserved\n" +
        "  B C: expected up to 31 lower-case letters, digits and dashes, a letter first",
    );
  });

  it("has at least one worker", () => {
    expect(() => defineApplication({ workers: {} })).toThrow("expected at least one worker");
  });
});
