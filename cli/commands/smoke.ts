import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { application } from "../../rollout.config.ts";
import { smokeCommand } from "../../stacks/settings/application-commands.ts";
import { readOptions } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { countInterrupts } from "../interrupts.ts";
import { requireKnownStack } from "../known-stack.ts";
import { colorsFor } from "../progress/colors.ts";
import { reportFailures } from "../report-failures.ts";
import { readStackSettings } from "../stack-settings.ts";
import { runDeclaredTest } from "../smoke/declared-test.ts";
import { junitXml } from "../smoke/junit.ts";
import type { SuiteOutcome } from "../smoke/outcome.ts";
import { prepare } from "../smoke/prepare.ts";
import { readSuite } from "../smoke/read-suite.ts";
import { checkLine, closingText, resultLine } from "../smoke/report.ts";
import { runSuite } from "../smoke/run-suite.ts";
import { readStackTarget } from "../smoke/stack-target.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout smoke --stack STACK [--suite FILE] [--tag TAG …] [--json] [--junit FILE]

Checks what is live, by a smoke suite: a YAML file of requests and queries, and of what is expected of each answer. Addresses
and the key are taken from the stack's outputs. Independent checks run at the same time, every failure is reported with what
was expected and found, and what a check has made is deleted at the end. docs/smoke-suites.md has the form.

  --stack, -s STACK   where; without, SMOKE_TEST_API_URL, SMOKE_TEST_DATABASE_URL and SMOKE_TEST_API_KEY of the environment count
  --suite FILE        else the one of rollout:smoke.suite, else the smoke test of rollout.config.ts
  --tag, -t TAG       only checks with this tag, and those that they depend on; may be given several times
  --json              one line: {"kind": "smoke", "passed", "summary", "checks": [{"name", "passed", "seconds", "failures"}]}
  --junit FILE        writes JUnit's XML as well

  bin/sandbox bin/rollout smoke --stack staging                                           try it on this machine, without an account
  bin/rollout smoke --stack staging --suite tests/smoke/release.suite.yaml                in the real clouds
  bin/rollout smoke --stack staging --suite tests/smoke/release.suite.yaml --tag health   some of the checks

Exit status: 0 every check passed, 1 one failed or was not run, 2 wrong use, or an invalid suite (nothing was started),
130 interrupted, and what it made is deleted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("smoke", words, {
    stack: { type: "string", short: "s" },
    suite: { type: "string" },
    tag: { type: "string", short: "t", multiple: true },
    json: { type: "boolean" },
    junit: { type: "string" },
  });
  const { stack, tag: tags, json, junit } = options;
  const test = chooseTest(session, stack, options.suite, tags);
  if (junit !== undefined) requireWritable(junit);
  const stop = new AbortController();
  const colors = colorsFor(session.out.isTTY, session.environment);
  const interrupts = countInterrupts(
    () => performance.now(),
    (count) => {
      session.err.write(
        count === 1
          ? "Stopping; what the checks made is deleted first.\n"
          : "Stopping without the clean-up.\n",
      );
      stop.abort(new Error("interrupted"));
      // The user does not wait for it.
      if (count > 1) process.exit(exitStatus.interrupted);
    },
  );
  const outcome = await test(stop.signal, {
    ended: (check) => {
      // With --json on the other stream: a rollout shows it while the suite runs.
      (json ? session.err : session.out).write(`${checkLine(check, colors)}\n`);
    },
    waiting: (name, pending) => void session.err.write(`waiting for ${name}: ${pending}\n`),
  });
  const at = new Date();
  if (junit !== undefined) writeFileSync(junit, junitXml(outcome, at));
  session.out.write(json ? resultLine(outcome, at) : closingText(outcome, colors));
  if (interrupts.count() > 0) return exitStatus.interrupted;
  return outcome.passed ? exitStatus.done : exitStatus.failed;
}

type Watcher = Pick<Parameters<typeof runSuite>[1], "ended" | "waiting">;
type Test = (interrupted: AbortSignal, watcher: Watcher) => Promise<SuiteOutcome>;

/** Reads all that can be wrong before anything is sent. */
function chooseTest(
  session: Session,
  stack: string | undefined,
  named: string | undefined,
  tags: readonly string[],
): Test {
  if (stack === undefined && named === undefined)
    throw new UsageError(
      "bin/rollout smoke requires where, or what: bin/rollout smoke --stack staging, or bin/rollout smoke --suite FILE with SMOKE_TEST_API_URL in the environment",
    );
  if (stack !== undefined) requireKnownStack(session.checkout, "smoke", stack);
  // Before the engine is asked, which takes longer.
  const given = named === undefined ? undefined : readSuite(resolve(named), named);
  const file = named ?? readStackSettings(session, stack ?? "").smoke.suite;
  const suite = given ?? (file === undefined ? undefined : readSuite(join(session.checkout, file), file));
  if ((suite === undefined || file === undefined) && tags.length > 0)
    throw new UsageError(
      `The stack ${stack ?? ""} names no suite (rollout:smoke.suite), and the smoke test of rollout.config.ts has no tags: --suite FILE`,
    );
  const target = stack === undefined ? undefined : readStackTarget(session, stack);
  if (suite === undefined || file === undefined) {
    if (!target) throw new UsageError("bin/rollout smoke requires --suite FILE without --stack");
    const command = smokeCommand(application, undefined);
    return async (interrupted, { ended }) => {
      const outcome = await runDeclaredTest(session, command, target, interrupted);
      for (const check of outcome.checks) ended?.(check);
      return outcome;
    };
  }
  const prepared = prepare(suite, file, { tags, environment: { ...session.environment, ...target } });
  return (interrupted, watcher) => runSuite(prepared, { interrupted, ...watcher });
}

/** Before the checks rather than after them. */
function requireWritable(file: string): void {
  try {
    writeFileSync(file, "");
  } catch (error) {
    throw new UsageError(`bin/rollout smoke --junit: ${(error as Error).message}`);
  }
}

export const smoke: Command = {
  summary: "checks what is live, by a smoke suite",
  help,
  run: (session, words) => reportFailures(session, () => run(session, words)),
};
