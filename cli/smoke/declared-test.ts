import { runSmokeCommand } from "@rollout/infra/rollout/smoke/run-smoke-command";
import type { SmokeCommand } from "@rollout/infra/rollout/smoke/run-smoke-command";
import type { Session } from "../command.ts";
import type { StackTarget } from "./stack-target.ts";
import type { SuiteOutcome } from "./outcome.ts";

/** Runs the smoke test that the application declares, as a rollout does. */
export async function runDeclaredTest(
  { checkout }: Session,
  command: SmokeCommand,
  target: StackTarget,
  interrupted: AbortSignal,
  now: () => number = () => performance.now(),
): Promise<SuiteOutcome> {
  const started = now();
  const test = runSmokeCommand({
    ...command,
    apiUrl: target.SMOKE_TEST_API_URL,
    databaseUrl: target.SMOKE_TEST_DATABASE_URL,
    apiKey: target.SMOKE_TEST_API_KEY,
    protectionBypass: target.SMOKE_TEST_PROTECTION_BYPASS,
    folder: checkout,
    signal: interrupted,
  });
  const ended = await test.then(
    ({ summary }) => ({ state: "passed" as const, name: summary, failures: [] }),
    (error: unknown) => ({
      state: "failed" as const,
      name: command.command,
      failures: [{ what: "smoke test", expected: "that it passes", found: (error as Error).message }],
    }),
  );
  const seconds = (now() - started) / 1_000;
  return {
    suite: command.command,
    passed: ended.state === "passed",
    interrupted: interrupted.aborted,
    seconds,
    mark: "",
    checks: [{ ...ended, tags: [], seconds, attempts: 1 }],
  };
}
