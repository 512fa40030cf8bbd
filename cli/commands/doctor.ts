import { missingAccess, readCloudAccess } from "@rollout/infra/shared/cloud-access";
import { accountChecks } from "../../stacks/doctor/account-checks.ts";
import type { Checked } from "../../stacks/doctor/check.ts";
import { examine } from "../../stacks/doctor/check.ts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import { codeOwnersChecks } from "../doctor/code-owners.ts";
import { doctorContext } from "../doctor/context.ts";
import { doctorLines, doctorSummary } from "../doctor/lines.ts";
import { signingChecks } from "../doctor/signing.ts";
import { stateChecks } from "../doctor/state.ts";
import { toolChecks } from "../doctor/tools.ts";
import { showWaiting } from "../doctor/waiting.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { colorsFor } from "../progress/colors.ts";
import { UsageError } from "../usage-error.ts";

/** Of each check, in milliseconds; they all run at once. */
const limitMilliseconds = 20_000;

const help = `bin/rollout doctor --stack STACK [--json]

Reports before a rollout which of its requirements these accounts meet: tokens and their rights, plans against the settings,
names that others have, things that exist and are not the stack's, the result of CI, the programs and the state. It only
reads, and changes nothing anywhere.

One line each: holds, does not hold, or cannot be known, and below it the command or the page that fixes it.
bin/rollout up makes the same checks of tokens, rights, plans and names before it begins.

  --stack, -s STACK   which environment: staging or prod
  --json              one JSON object: {"stack", "result": "holds|fails", "checks": [{"name",
                      "verdict": "holds|fails|unknown", "found", "fix"}]}

  bin/sandbox bin/rollout doctor --stack staging      try it on this machine, without an account
  bin/rollout doctor --stack staging --json           for a script

Exit status: 0 nothing fails, 1 something does not hold, 2 wrong use or settings.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("doctor", words, {
    stack: { type: "string", short: "s" },
    json: { type: "boolean" },
  });
  const stack = requireStack("doctor", options.stack);
  requireKnownStack(session.checkout, "doctor", stack);
  const missing = missingAccess(session.environment);
  if (missing.length > 0) throw new UsageError(missing.join("\n"));
  const context = doctorContext(session, stack, readCloudAccess(session.environment));
  const checks = [
    ...toolChecks(session),
    ...stateChecks(session, stack),
    ...accountChecks(context),
    ...signingChecks(session, context),
    ...codeOwnersChecks(session.checkout, context),
  ];
  const waiting = showWaiting(
    session,
    checks.map(({ name }) => name),
  );
  const found = await examine(checks, limitMilliseconds, ({ name }) => waiting.done(name));
  waiting.close();
  return report(session, stack, found, options.json);
}

function report(
  { out, environment }: Session,
  stack: string,
  found: readonly Checked[],
  json: boolean,
): ExitStatus {
  const isFailing = found.some(({ verdict }) => verdict === "fails");
  if (json)
    out.write(
      `${JSON.stringify({ stack, result: isFailing ? "fails" : "holds", checks: found.map(shown) })}\n`,
    );
  else
    out.write(
      [...doctorLines(found, colorsFor(out.isTTY, environment)), doctorSummary(found, stack), ""].join("\n"),
    );
  return isFailing ? exitStatus.failed : exitStatus.done;
}

/** Without what only a rollout asks for. */
function shown({ name, verdict, found, fix }: Checked): Omit<Checked, "stops"> {
  return { name, verdict, found, ...(fix === undefined ? {} : { fix }) };
}

export const doctor: Command = {
  summary: "which requirements of a rollout the accounts meet; only reads",
  help,
  run,
};
