import { describe, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { isPassed } from "../smoke-proof.ts";
import type { SmokeInputs, SmokeOutputs } from "./smoke.ts";
import { provider } from "./smoke.ts";

const context = {} as ProviderContext;
const result = (passed: boolean): string =>
  JSON.stringify({ passed, checks: [{ name: "the plan", passed, seconds: 0, detail: "it is late" }] });
const news: SmokeInputs = {
  command: `echo '${result(true)}'`,
  limitSeconds: 60,
  ...{ apiUrl: "http://127.0.0.1:1", databaseUrl: "", apiKey: "", protectionBypass: "" },
  live: { web: "dpl_1" },
};
const fails = { ...news, command: `echo '${result(false)}'` };

describe("the step of the smoke test", () => {
  it("keeps what its command found", async () => {
    const { outputs } = await provider.create(news, context);
    expect(outputs).toMatchObject({
      ...news,
      proof: expect.stringMatching(/^smoke test passed: 1 check in /) as string,
    });
  });

  it("fails with the reason of its command, and keeps what it attempted", async () => {
    const failure: unknown = await provider.create(fails, context).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StepFailed);
    expect(failure).toMatchObject({ message: "smoke test, the plan: it is late", properties: fails });
  });

  it("ends well without a proof where a failure is only to be reported", async () => {
    const { outputs } = await provider.create({ ...fails, isRequired: false }, context);
    expect(outputs.proof).toBe("smoke test failed, and is not required: smoke test, the plan: it is late");
    expect(isPassed(outputs.proof)).toBe(false);
  });

  it("runs again when something that is live has changed, not for another command", () => {
    const olds: SmokeOutputs = { ...news, proof: "smoke test passed" };
    expect(provider.differs?.(olds, { ...news, live: { web: "dpl_2" } }, context)).toBe(true);
    expect(provider.differs?.(olds, { ...news, apiKey: "another" }, context)).toBe(true);
    expect(provider.differs?.(olds, { ...news, command: "npm run other", limitSeconds: 9 }, context)).toBe(
      false,
    );
    const { command: _command, limitSeconds: _limit, ...earlier } = olds;
    expect(provider.differs?.(earlier as SmokeOutputs, news, context)).toBe(false);
  });
});
