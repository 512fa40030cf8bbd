import { describe, expect, it } from "vitest";
import { isCloudFailure, mayHaveWritten } from "./cloud-failure.ts";

describe("an error of a cloud", () => {
  it.each([
    [
      "GitHub answered 503 to GET /repos/o/r/git/ref/rollouts/staging/record: Service Unavailable",
      true,
      false,
    ],
    ["gate failed: GitHub did not answer POST /repos/o/r/git/refs: the connection was closed", true, true],
    ["Fly.io answered 429 to GET /v1/apps/a: slow down", true, false],
    ["GitHub answered 401 to GET /user: Bad credentials", false, false],
    ["gate failed: refused: production does not let commit 0123 in; nothing was changed", false, false],
    ["the stack staging cannot be rolled out; nothing was changed", false, false],
  ])(
    "%s is not taken for one of the settings, nor a lost answer for a refusal",
    (error, isFailure, hasWritten) => {
      expect([isCloudFailure([error]), mayHaveWritten([error])]).toEqual([isFailure, hasWritten]);
    },
  );
});
