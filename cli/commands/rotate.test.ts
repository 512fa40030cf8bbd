import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Session } from "../command.ts";
import { rotate } from "./rotate.ts";

const session: Session = {
  checkout: join(import.meta.dirname, "..", ".."),
  environment: { PATH: "" },
  out: process.stdout,
  err: process.stderr,
};

describe("rotating a secret", () => {
  it.each([
    [
      [],
      "bin/rollout rotate requires which secret. There is: database-password, application-password, smoke-test-key, protection-bypass",
    ],
    [["--stack", "staging"], "bin/rollout rotate requires which secret"],
    [["toString", "--stack", "staging"], "bin/rollout rotate knows no secret toString"],
    [["smoke-test-key"], "bin/rollout rotate requires where: bin/rollout rotate --stack staging"],
    [
      ["smoke-test-key", "--stack", "stagin"],
      "Did you mean: bin/rollout rotate smoke-test-key --stack staging",
    ],
    [["smoke-test-key", "--stack", "staging"], "pulumi cannot be run"],
  ])("by %j is refused with what is missing", async (words, message) => {
    await expect(rotate.run(session, words)).rejects.toThrow(message);
  });
});
