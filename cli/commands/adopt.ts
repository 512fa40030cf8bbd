import { textOf } from "@rollout/infra/rollout/ownership/stack-names";
import type { UnownedThing } from "@rollout/infra/rollout/ownership/unowned-things";
import { application } from "../../rollout.config.ts";
import { variablesOf } from "../../stacks/settings/declared-variables.ts";
import { namesInClouds } from "../../stacks/release/names-in-clouds.ts";
import { lookForAdoption } from "../adopt/adoption.ts";
import { adoptionData, adoptionText } from "../adopt/adoption-text.ts";
import { runAdoption } from "../adopt/run-adoption.ts";
import { stackResources } from "../adopt/stack-resources.ts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { openEnvironment } from "../open-environment.ts";
import { canAsk, confirmByName } from "../restore/confirm.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout adopt --stack STACK [--dry-run] [--yes] [--json]

Takes over what exists under the names of a stack's settings and was not made by the stack: the Neon project, branch, roles
and database, Fly apps, services of Railway, the Vercel project and its variables, the environment, secrets and rulesets on
GitHub. It prints what it found and what the next rollout changes of it, has the stack's name typed, and enters it into the
stack's state. No cloud is changed: passwords stay, secrets and variables keep their values. Those that the settings declare
are set by the next rollout, since they cannot be read; all others stay, but for the variables of a service of Railway.

Without it, the gate refuses a rollout over such things.

  --stack, -s STACK   whose: staging or prod
  --dry-run           print it, and end
  --yes               do not ask; without a terminal nothing is done otherwise
  --json              one JSON object a line: {"kind": "adoption", "things", "resources", "changes", "foreign"}, then those
                      of a rollout

  bin/sandbox bin/rollout adopt --stack staging --dry-run    try it on this machine, without an account
  bin/rollout adopt --stack staging
  bin/rollout adopt --stack prod --dry-run --json | node -p 'JSON.parse(fs.readFileSync(0)).changes'

The same command again finds nothing left to do. Exit status: 0 done, 1 failed, 2 wrong use or settings, 3 refused: something
belongs to another stack, a variable at Vercel is set for several environments together, or the stack was rolled out with
other names; nothing was changed, 130 interrupted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("adopt", words, {
    stack: { type: "string", short: "s" },
    "dry-run": { type: "boolean" },
    yes: { type: "boolean" },
    json: { type: "boolean" },
  });
  const stack = requireStack("adopt", options.stack);
  requireKnownStack(session.checkout, "adopt", stack);
  const { json } = options;
  const context = await openEnvironment(
    session,
    stack,
    `The environment of a pull request has nothing to adopt: its names are the program's own. bin/rollout adopt --stack staging`,
  );
  const { kind, settings } = context;
  const names = namesInClouds(kind, settings, { variables: variablesOf(application, settings) });
  if (!names) throw new UsageError(`The stack ${stack} has nothing to adopt.`);
  session.err.write(`Looking for what exists under the names of ${stack} …\n`);
  const inState = stackResources(session, stack);
  const adoption = await lookForAdoption(context, names, inState);
  if (json) session.out.write(`${JSON.stringify(adoptionData(stack, adoption))}\n`);
  if (adoption.foreign.length > 0) {
    const lines = adoption.foreign.map((thing) => `  ${foreignText(thing)}\n`);
    const advice = adoption.foreign.every(({ obstacle }) => obstacle !== undefined)
      ? ""
      : ` Set names that nothing has yet in Pulumi.${stack}.yaml.`;
    session.err.write(`Refused; nothing was changed.${advice}\n${lines.join("")}`);
    return exitStatus.refused;
  }
  if (adoption.things.length === 0 && adoption.missing.length === 0) {
    session.err.write(`Nothing is left to adopt. Next: bin/rollout preview --stack ${stack}\n`);
    return exitStatus.done;
  }
  if (!json) session.out.write(adoptionText(stack, adoption));
  if (options["dry-run"]) return exitStatus.done;
  if (!options.yes) {
    if (json || !canAsk(session))
      throw new UsageError(
        "bin/rollout adopt asks before it acts, and there is no terminal to answer at. --dry-run prints what would be adopted; --yes acts without a question.",
      );
    await confirmByName(session, stack);
  }
  const status = await runAdoption(session, context, { stack, names, adoption, json });
  if (status === exitStatus.done)
    session.err.write(`Adopted; no cloud was changed. Next: bin/rollout preview --stack ${stack}\n`);
  return status;
}

function foreignText(thing: UnownedThing): string {
  const { belongsTo, obstacle, state } = thing;
  if (belongsTo !== undefined) return `${textOf(thing)} belongs to ${belongsTo}`;
  return obstacle === undefined
    ? `${textOf(thing)} exists, and this stack was rolled out before with other names`
    : `${textOf(thing)} is ${state}: ${obstacle}`;
}

export const adopt: Command = {
  summary: "takes over what exists under a stack's names, before its first rollout",
  help,
  run: (session, words) => reportFailures(session, () => run(session, words)),
};
