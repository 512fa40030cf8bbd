import type { Command } from "./command.ts";

/** What `bin/rollout --help` prints. Its examples, and those of each command, are run by tests/sandbox/help.test.ts. */
export function helpText(commands: Readonly<Record<string, Command>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  const list = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`);
  return `bin/rollout COMMAND --stack STACK  rolls a release out, and shows what Pulumi does not show

${list.join("\n")}

Each explains itself: bin/rollout COMMAND --help. With --json, one JSON object a line, for machines.

  bin/sandbox bin/rollout up --stack staging                      on this machine, without an account
  bin/rollout up --stack staging                                  in the real clouds
  bin/rollout history --stack staging                             what can be returned to
  bin/sandbox bin/rollout rotate smoke-test-key --stack staging   a secret again

Environment: the clouds' tokens (NEON_API_KEY, FLY_ACCESS_TOKEN, VERCEL_API_TOKEN, GITHUB_TOKEN), values of declared secrets, and
what Pulumi itself reads. NO_COLOR switches colours off.

Exit status: 0 done, 1 failed, 2 wrong use or settings (nothing was started), 3 refused by the gate (nothing was
written), 4 failed and rolled back, 5 failed and the rollback failed too, 6 a watch is inconclusive, 130
interrupted.
`;
}
