import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../user-error.ts";
import { runCommand } from "./run-command.ts";

/** The promises that are tried, in the order of the report; what each is stands in tests/acceptance/scenarios. */
export const scenarioNames = [
  "normal-rollout",
  "worker-back-and-forward",
  "web-back-and-forward",
  "two-at-once",
  "gate",
  "killed-and-resumed",
  "failed-health-check",
  "failed-migration",
  "failed-smoke-test",
  "rotate-secrets",
  "watch-and-alert",
  "restore-database",
];

const root = join(import.meta.dirname, "..", "..");

const help = `bin/sandbox acceptance [--fast] [--only NAME,NAME] [--reports FOLDER] [--list [--json]]

Tries every promise in sandboxes of its own, two at the same time where the machine has two processors, with the clouds' delays as
they are known and reads that lag 1 s behind writes, and writes a dated report to sign: steps, times against their limits, and evidence, which is read from the clouds, the database
and the application, never from the tool itself. A promise without evidence does not hold.

  bin/sandbox acceptance --list            names of the promises, in their order
  bin/sandbox acceptance --list --json     the same for a script

  --fast      without delays
  --only      some of them, by their names
  --reports   where the report is written, as Markdown and HTML; .rollout/acceptance in the checkout by default

Exit status: 0 all hold, 1 not, 2 wrong use, 130 interrupted.
`;

/** Runs the scenarios by vitest, which ends what they have started however they end. */
export async function acceptance(words: readonly string[]): Promise<number> {
  const { fast, only, reports, isList, isJson, isHelp } = optionsOf(words);
  if (isHelp) {
    process.stdout.write(help);
    return 0;
  }
  if (isList) {
    process.stdout.write(isJson ? `${JSON.stringify(scenarioNames)}\n` : `${scenarioNames.join("\n")}\n`);
    return 0;
  }
  const names = only?.split(",") ?? scenarioNames;
  const unknown = names.filter((name) => !scenarioNames.includes(name));
  if (unknown.length > 0)
    throw new UserError(
      `bin/sandbox acceptance: there is no scenario ${unknown.join(", ")}; expected some of ${scenarioNames.join(", ")}`,
      2,
    );
  return runCommand([...vitestOf("run")], {
    ...process.env,
    ACCEPTANCE_PROFILE: fast ? "none" : "realistic",
    ACCEPTANCE_SCENARIOS: names.join(","),
    ACCEPTANCE_SANDBOXES: String(Math.min(availableParallelism(), 2)),
    ...(reports === undefined ? {} : { ACCEPTANCE_REPORTS: resolve(reports) }),
  });
}

/** The command line of vitest over the scenarios. vitest exports its package.json, and not its program. */
export function vitestOf(command: "run" | "list"): readonly string[] {
  const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  return [
    process.execPath,
    vitest,
    command,
    "--config",
    join(root, "tests", "acceptance", "vitest.config.mts"),
  ];
}

interface Options {
  readonly fast: boolean;
  readonly only: string | undefined;
  readonly reports: string | undefined;
  readonly isList: boolean;
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

function optionsOf(words: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        fast: { type: "boolean", default: false },
        only: { type: "string" },
        reports: { type: "string" },
        list: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const { fast, only, reports, list: isList, json: isJson, help: isHelp } = values;
    return { fast, only, reports, isList, isJson, isHelp };
  } catch (error) {
    throw new UserError(
      `bin/sandbox acceptance: ${(error as Error).message}. See: bin/sandbox acceptance --help`,
      2,
    );
  }
}
