import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../user-error.ts";
import { runCommand } from "./run-command.ts";

const chaosHelp = `bin/sandbox chaos [--seed N] [--sample N | --step NAME | --cell 'CALL × FAULT'] [--page FILE] [--json]
bin/sandbox chaos --kills N [--seed N] [--kill K] [--keep FILE] [--page FILE] [--json]
bin/sandbox chaos --rollouts N [--seed N] [--cell 'CALL × FAULT'] [--keep FILE] [--page FILE] [--json]

Every call that the steps of a rollout make, with every fault: the real providers over emulators of their own, without the engine.
Each cell ends as done, or stopped with a message that names cloud, call and remedy, or killed; then the next rollout runs without
a fault, and the clouds hold what they hold without one, each thing once. Everything else is red, and printed with the command that
repeats it. The sandbox that runs is not touched.

With --kills whole rollouts by the real engine are killed in a sandbox of their own: engine, language host, program, provider, flyctl,
a command, the clouds, or all processes at once, by time or while a cloud has a call. The next rollout, one command, completes it, and
then clouds and database have each effect once. A rollout, its kill, the next one and the looks take about half a minute.

With --rollouts first rollouts, changes, rollbacks and destroys by the real engine meet one of these faults each, at a call that they were
seen to make without one. Each ends as done, rolled back or stopped with a message that names cloud, call and remedy; the next rollout is
complete, drift finds nothing, and clouds and database have each effect once. About a minute each on two free cores.

  bin/sandbox chaos --step worker-app
  bin/sandbox chaos --seed 7 --cell 'fly POST /v1/apps in worker-app create × answer lost after'

  --seed N      fixes order, samples and which cells return to the release before (default 7)
  --sample N    so many cells, chosen by the seed (default: all, some 2,000, about ten minutes on two free cores)
  --step NAME   the cells of one step: worker-app, database-branch, web-live, attempt, …
  --cell TEXT   one cell, or all of a call or of a call with a fault, as they are printed
  --page FILE   writes the matrix, as docs/chaos.md
  --kills N     so many rollouts that are killed, in place of cells
  --kill K      from the K-th of the seed on; without --kills this one alone, as a red one is printed
  --rollouts N  so many complete rollouts under a fault, in place of cells; with --cell the one that is named, as a red one is printed
  --keep FILE   adds each kill or rollout to the file as it ends; those that are in it, and were green, are not made again
  --bug NAME    with a fault of the program itself, which has to turn cells red: 'success on a lost answer',
                'retry of a call that must not be repeated', 'lease that is not checked',
                'checkpoint written before the effect', 'read that trusts its own write'
  --processes N at the same time (default 2)
  --json        {"seed", "seconds", "cells": [{"name", "step", "act", "cloud", "call", "fault", "ended", "message", "faults"}]};
                with --kills {"seed", "seconds", "kills": [{"number", "kind", "victim", "moment", "turnsBack", "isLate", "killedAfter",
                "status", "pending", "secondsOfNext", "jobs", "printed", "effects", "faults"}]}; with --rollouts {"seed", "seconds",
                "rollouts": [{"name", "scenario", "cloud", "fault", "ended", "status", "seconds", "faults"}]}

Exit status: 0 all as promised, 1 at least one is red, 2 wrong use, 130 interrupted.
`;

/** Starts the campaign, a program of the checkout's tests: the sandbox shares no code with what it drives. */
export function chaos(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (words.some((word) => word === "--help" || word === "-h")) {
    process.stdout.write(chaosHelp);
    return Promise.resolve(0);
  }
  const checkout = join(import.meta.dirname, "..", "..");
  const program = join(checkout, "tests", "chaos", "main.ts");
  if (!existsSync(program))
    throw new UserError(`${program} is not there: bin/sandbox chaos needs the complete checkout`, 2);
  const tsx = createRequire(import.meta.url).resolve("tsx");
  return runCommand([process.execPath, "--import", pathToFileURL(tsx).href, program, ...words], environment);
}
