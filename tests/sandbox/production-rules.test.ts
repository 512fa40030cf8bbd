import { describe, it } from "vitest";
import { expectProductionRefuses } from "./refusal.ts";
import { useSandbox } from "./use-sandbox.ts";

/** What a commit alone says of production, and who may push or holds a stack file cannot. */
const { checkout, sandbox } = useSandbox({ from: "staging live" });

const set = (stack: string, setting: string, value: string): Promise<string> =>
  sandbox.read("pulumi", "config", "set", "--stack", stack, "--path", setting, value);

describe("production", () => {
  it(
    "refuses the content that staging has proven by a program that it has not, with the command that proves it",
    { timeout: 120_000 },
    async () => {
      checkout.write("infra/rollout/later.ts", "export const later = true;\n");
      checkout.commit("Change the program");
      await expectProductionRefuses(
        sandbox,
        /the attempt on staging with this content \(#\d+ .*\) was rolled out by the program \w{12}, and this one is \w{12}.*bin\/rollout up --stack staging/,
      );
      checkout.git("reset", "--hard", "--quiet", "HEAD~1");
    },
  );

  it(
    "refuses by the commit's freeze and thresholds, whatever a stack file outside of it says",
    { timeout: 120_000 },
    async () => {
      checkout.edit("Pulumi.prod.yaml", 'freeze: ""', 'freeze: "incident 43"');
      checkout.commit("Freeze production");
      await expectProductionRefuses(sandbox, "production is frozen: incident 43");
      checkout.git("reset", "--hard", "--quiet", "HEAD~1");
      await set("prod", "rollout:gate.proofDays", "365");
      await expectProductionRefuses(
        sandbox,
        /rollout:gate\.proofDays is 365 in the stack file in use and 14 in Pulumi\.prod\.yaml of the commit/,
      );
      await set("prod", "rollout:gate.proofDays", "14");
    },
  );
});
