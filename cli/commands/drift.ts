import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { Drift } from "../drift/changes.ts";
import { driftIn } from "../drift/changes.ts";
import { unlessEngineRefused } from "../engine/engine-refusal.ts";
import { runPulumi } from "../engine/run-pulumi.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { countInterrupts } from "../interrupts.ts";
import { requireKnownStack } from "../known-stack.ts";
import { colorsFor } from "../progress/colors.ts";

const help = `bin/rollout drift --stack STACK [--json]

What was changed at the clouds outside of a rollout, in a short list: each resource of the stack's state is read from its cloud, secrets
by digest or date of change. It changes nothing, neither a cloud nor the state. The next rollout repairs what is listed:
bin/rollout up --stack STACK --refresh.

  --stack, -s STACK   which environment: staging or prod
  --json              one JSON object: {"stack", "result": "same|changed", "read", "drift": [{"cloud", "what", "named", "resource",
                      "changes": […]}]}; "read" is the number of resources that were read

  bin/rollout drift --stack prod                          in the real clouds
  bin/sandbox bin/rollout drift --stack staging           on this machine
  bin/rollout drift --stack prod --json | node -p 'JSON.parse(fs.readFileSync(0)).drift.length'

Exit status: 0 nothing was changed, 1 something was, or could not be read, 2 wrong use, settings or tokens, 130 interrupted.
`;

/** Between two lines of progress, in milliseconds. */
const progressEvery = 5_000;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("drift", words, {
    stack: { type: "string", short: "s" },
    json: { type: "boolean" },
  });
  const stack = requireStack("drift", options.stack);
  requireKnownStack(session.checkout, "drift", stack);
  const { out, err, environment } = session;
  const began = performance.now();
  const interrupts = countInterrupts(
    () => performance.now(),
    () => undefined,
  );
  const engine = await runPulumi(
    session.checkout,
    ["refresh", "--preview-only", "--stack", stack],
    environment,
  );
  interrupts.passOn(() => engine.interrupt());
  const found: Drift[] = [];
  const errors: string[] = [];
  let read = 0;
  const progress = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    err.write(`  reading the clouds: ${String(read)} resources · ${String(seconds)} s\n`);
  }, progressEvery);
  try {
    for await (const event of engine.events) {
      if (event.resOutputsEvent?.metadata.provider) read += 1;
      const { severity, message = "" } = event.diagnosticEvent ?? {};
      if (severity === "error") errors.push(message.replace(/<\{%.*?%\}>/g, "").trim());
      const drift = driftIn(event);
      if (drift) found.push(drift);
    }
  } finally {
    clearInterval(progress);
  }
  const ended = await engine.ended;
  if (interrupts.count() > 0) return exitStatus.interrupted;
  unlessEngineRefused(stack, ended, { acted: read > 0, engineResult: undefined }, environment);
  if (ended.status !== 0) {
    err.write(`${errors.join("\n") || ended.stderr.trim()}\n`);
    return exitStatus.failed;
  }
  if (options.json) {
    const result = found.length === 0 ? "same" : "changed";
    out.write(`${JSON.stringify({ stack, result, read, drift: found })}\n`);
  } else out.write(textOf(stack, found, read, colorsFor(out.isTTY, environment)));
  return found.length === 0 ? exitStatus.done : exitStatus.failed;
}

function textOf(
  stack: string,
  found: readonly Drift[],
  read: number,
  { bold, yellow }: ReturnType<typeof colorsFor>,
): string {
  if (read === 0) return `${stack} has no resources: nothing was rolled out, or it was destroyed.\n`;
  if (found.length === 0)
    return `${stack}: nothing was changed outside of a rollout (${String(read)} resources read).\n`;
  const lines = found.flatMap(({ cloud, what, named, resource, changes }) => [
    `${bold(cloud)}  ${what} ${named} (${resource})`,
    ...changes.map((change) => `    ${yellow(change)}`),
  ]);
  const count = `${String(found.length)} of ${String(read)} resources ${found.length === 1 ? "was" : "were"}`;
  return `${lines.join("\n")}\n${stack}: ${count} changed outside of a rollout. To repair: bin/rollout up --stack ${stack} --refresh\n`;
}

export const drift: Command = {
  summary: "what was changed at the clouds outside of a rollout",
  help,
  run,
};
