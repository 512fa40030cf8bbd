import { apartNote, apartShell } from "../shared/apart.ts";
import { runInGroup } from "../shared/run-in-group.ts";
import { shellVariables } from "../shared/run-shell.ts";

/** The engine ends the migration at its own limit; this one only ends what the engine has forgotten, in milliseconds. */
const longest = 60 * 60_000;

/**
 * Runs the command of the application that migrates, with the address of the database and without the tokens that this process has, which
 * the engine's plugin for commands hands on: `node --import tsx infra/rollout/run-migration.ts`.
 */
async function run(): Promise<number> {
  const { ROLLOUT_MIGRATE: command = "", DATABASE_URL = "" } = process.env;
  const note = apartNote();
  if (note !== undefined) process.stderr.write(`${note}\n`);
  const end = await runInGroup(apartShell(command), {
    folder: process.cwd(),
    environment: { ...shellVariables(), DATABASE_URL },
    limitMilliseconds: longest,
    onLine: (stream, line) => void process[stream].write(`${line}\n`),
  });
  return typeof end === "number" ? end : 1;
}

void run().then((status) => (process.exitCode = status));
