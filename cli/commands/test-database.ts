import { chmodSync, writeFileSync } from "node:fs";
import type { ProviderContext } from "@rollout/infra/dynamic/provider-module";
import { provider as secrets } from "@rollout/infra/github/providers/secret";
import {
  dropTestDatabase,
  inSeconds,
  makeTestDatabase,
  resetTestDatabase,
} from "@rollout/infra/neon/test-database";
import { madeByStaging } from "../../stacks/environments.ts";
import { readOptions } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import type { Base } from "../preview-env/base.ts";
import { readBase } from "../preview-env/base.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

/** Hours after which Neon deletes the branch automatically. */
const usualHours = 24;
const mostHours = 30 * 24;
const usualName = "test";
/** Name of the GitHub secret with its address. */
const secretName = "DATABASE_URL";

const help = `bin/rollout test-database make | reset | drop [--name NAME] [--hours HOURS]

An empty database for tests, on a Neon branch of its own that ends automatically. It shares no role, no password and no row
with any environment.

  make             makes it; one that is there gets a new password and a new end. Its address goes only where it is asked:
    --write FILE   into a file that its owner alone reads, as DATABASE_URL=…
    --secret       into the repository's secret ${secretName} on GitHub, for CI
    --show         onto the standard output
  reset            empties it, and it lasts as many hours again; its address stays
  drop             deletes it; --secret deletes the secret as well
  --name NAME      ${usualName}, or ${usualName}-SOMETHING for another one; else ${usualName}
  --hours HOURS    after which it ends: 1 to ${mostHours}; else ${usualHours}, or as before in a reset

  bin/sandbox bin/rollout test-database make --show        try it on this machine, without an account
  bin/rollout test-database make --hours 2 --secret        for the workflows of this repository
  bin/rollout test-database reset                          between two runs
  bin/rollout test-database drop --secret                  delete both

Exit status: 0 done, 1 failed, 2 wrong use or settings.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const [action = "", ...rest] = words;
  if (!Object.hasOwn(actions, action))
    throw new UsageError(
      `bin/rollout test-database ${action === "" || action.startsWith("-") ? "requires what to do" : `knows no ${action}`}. There is: ${Object.keys(actions).join(", ")}. See: bin/rollout test-database --help`,
    );
  const options = readOptions(`test-database ${action}`, rest, {
    name: { type: "string" },
    hours: { type: "string" },
    write: { type: "string" },
    secret: { type: "boolean" },
    show: { type: "boolean" },
  });
  const name = options.name ?? usualName;
  if (!/^test(-[a-z0-9]+)*$/.test(name) || name.length > 50)
    throw new UsageError(
      `bin/rollout test-database --name wants ${usualName}, or ${usualName}- and letters, digits and dashes, and got ${JSON.stringify(name)}: --name ${usualName}-17`,
    );
  const hours = Number(options.hours ?? usualHours);
  if (!Number.isInteger(hours) || hours < 1 || hours > mostHours)
    throw new UsageError(
      `bin/rollout test-database --hours wants 1 to ${mostHours}, and got ${options.hours ?? ""}: --hours ${usualHours}`,
    );
  const base = readBase(session);
  const { neon } = base.settings;
  const context: ProviderContext = {
    access: base.access,
    note: (line) => void session.err.write(`${line}\n`),
  };
  const args = {
    project: neon.project,
    organizationId: neon.organizationId,
    projectMadeBy: madeByStaging,
    branch: name,
    database: neon.database,
    role: `${neon.database}_${name.replaceAll("-", "_")}`,
    compute: neon.compute,
    // Neon takes 30 days from now at most, by a clock that is not ours.
    expiresAt: inSeconds(hours * 3600 - 60),
  };
  const act = actions[action as keyof typeof actions];
  return act({ session, base, context, options, hasHours: options.hours !== undefined, args });
}

interface Act {
  readonly session: Session;
  readonly base: Base;
  readonly context: ProviderContext;
  readonly options: { readonly write: string | undefined; readonly secret: boolean; readonly show: boolean };
  /** Whether the hours were given. */
  readonly hasHours: boolean;
  readonly args: Parameters<typeof makeTestDatabase>[0];
}

const actions = { make, reset, drop } as const;

async function make({ session, base, context, options, args }: Act): Promise<ExitStatus> {
  const { write, secret, show } = options;
  const address = await makeTestDatabase(args, context);
  if (write !== undefined) {
    // Empty first: one that was there before may be for others to read.
    writeFileSync(write, "", { mode: 0o600 });
    chmodSync(write, 0o600);
    writeFileSync(write, `${secretName}=${address}\n`);
  }
  if (secret) await secrets.create({ ...secretOf(base), value: address }, context);
  const places = [
    ...(write === undefined ? [] : [write]),
    ...(secret ? [`the GitHub secret ${secretName}`] : []),
    ...(show ? ["the line below"] : []),
  ];
  session.err.write(
    `The branch ${args.branch} is there until ${args.expiresAt}. ` +
      (places.length > 0
        ? `Its address is in ${places.join(" and ")}.\n`
        : "Its address goes where --write FILE, --secret or --show asks for it.\n"),
  );
  if (show) session.out.write(`${address}\n`);
  return exitStatus.done;
}

async function reset({ session, context, hasHours, args }: Act): Promise<ExitStatus> {
  const expiresAt = await resetTestDatabase(
    { ...args, expiresAt: hasHours ? args.expiresAt : undefined },
    context,
  );
  if (expiresAt === undefined)
    throw new UsageError(`There is no branch ${args.branch}. Make it: bin/rollout test-database make`);
  session.err.write(`The database of the branch ${args.branch} is empty; it ends at ${expiresAt}.\n`);
  return exitStatus.done;
}

async function drop({ session, base, context, options, args }: Act): Promise<ExitStatus> {
  const wasThere = await dropTestDatabase(args, context);
  if (options.secret) {
    const { owner, repository } = secretOf(base);
    await secrets.delete?.(
      secretName,
      { owner, repository, name: secretName, value: "", updatedAt: "" },
      context,
    );
  }
  session.err.write(
    wasThere ? `The branch ${args.branch} is gone.\n` : `There is no branch ${args.branch} to delete.\n`,
  );
  return exitStatus.done;
}

function secretOf({ place: { owner, repository } }: Base) {
  return { owner, repository, name: secretName };
}

export const testDatabase: Command = {
  summary: "an empty database for tests that ends automatically",
  help,
  run: (session, words) => reportFailures(session, () => run(session, words)),
};
