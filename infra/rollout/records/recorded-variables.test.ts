import { describe, expect, it } from "vitest";
import { requireOrdinary, withTodaysAddresses } from "./recorded-variables.ts";

describe("the variables of a recorded release", () => {
  it("are its own but for addresses, which are today's", () => {
    const recorded = {
      web: { COLOR: "old", API_BASE_URL: "https://elsewhere" },
      workers: { MODEL: "old", MODEL_BASE_URL: "https://elsewhere" },
    };
    const today = { web: { COLOR: "new" }, workers: { MODEL: "new", MODEL_BASE_URL: "https://here" } };
    expect(withTodaysAddresses(recorded, today)).toEqual({
      web: { COLOR: "old" },
      workers: { MODEL: "old", MODEL_BASE_URL: "https://here" },
    });
  });

  it.each(["NODE_OPTIONS", "LD_PRELOAD", "PATH", "HTTPS_PROXY", "GIT_SSH_COMMAND", "lower", "A=B"])(
    "run nothing here where one of them is %s",
    (name) => {
      expect(() => requireOrdinary({ web: {}, workers: { [name]: "x" } })).toThrow(
        `the live release has the variables ${name} on record`,
      );
    },
  );

  it("run where all are the application's", () => {
    expect(() =>
      requireOrdinary({ web: { FEATURE_FLAGS: "{}" }, workers: { OPENAI_MODEL: "m" } }),
    ).not.toThrow();
  });
});
