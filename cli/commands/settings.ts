import { digest } from "@rollout/infra/shared/digest";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { readStackSettings } from "../stack-settings.ts";
import { digestedSettings } from "../../stacks/release/candidate.ts";

const help = `bin/rollout settings --stack STACK [--json]

The settings of a stack as a rollout uses them: those of its file, and the default of each that is not set. Secrets are
not among them. Their digest is in the record of each rollout; another digest asks the gate again.

  --stack, -s STACK   of which stack
  --json              {"settings": {…}, "digest": "…"}

  bin/sandbox bin/rollout settings --stack staging                          on this machine
  bin/rollout settings --stack prod                                         for the real clouds
  bin/rollout settings --stack staging --json | head -c 300                 for a script

Exit status: 0 done, 2 wrong use or settings.
`;

function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("settings", words, {
    stack: { type: "string", short: "s" },
    json: { type: "boolean" },
  });
  const stack = requireStack("settings", options.stack);
  requireKnownStack(session.checkout, "settings", stack);
  const settings = digestedSettings(readStackSettings(session, stack));
  const answer = { settings, digest: digest(settings) };
  if (options.json) session.out.write(`${JSON.stringify(answer)}\n`);
  else session.out.write(`${JSON.stringify(settings, undefined, 2)}\ndigest ${answer.digest}\n`);
  return Promise.resolve(exitStatus.done);
}

export const settings: Command = {
  summary: "the settings of a stack as a rollout uses them",
  help,
  run,
};
