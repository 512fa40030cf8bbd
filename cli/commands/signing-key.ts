import { readChain } from "@rollout/infra/rollout/records/chain";
import { entryHash } from "@rollout/infra/rollout/records/entry";
import { readRecord } from "@rollout/infra/rollout/records/read-record";
import { environments } from "../../stacks/environments.ts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { openRecorded } from "../history/recorded.ts";
import { requireKnownStack } from "../known-stack.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import { newKeyId, newKeyPair, withNewKey } from "../signing/new-key.ts";
import { setPrivateKey, setRecordSettings, withoutConfigFile } from "../signing/stack-files.ts";
import { readStackSettings } from "../stack-settings.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout signing-key --stack STACK [--trust-record] [--json]

Makes the key that signs an environment's record of rollouts, or the next one. The private key becomes a secret of the
stack's configuration (rollout:signingKey) and is printed nowhere; the public key is listed in rollout:record.keys, in the file
of this stack and of each that relies on its record: production's for staging. The key before it stays listed for the entries
that it has signed, and signs no more. Commit the stack files: who may change these lists decides whose entries count.

  --stack, -s STACK   whose record: staging or prod
  --trust-record      where entries were written before there was a key: count them as they stand (rollout:record.trusted)
  --json              at the end {"kind": "end", "result": "succeeded|refused", "id", "from", "stacks"}

  bin/sandbox bin/rollout signing-key --stack staging   another key, on this machine
  bin/rollout signing-key --stack prod                  for the real clouds, with their tokens in the environment

A job of a workflow gets the private key as the secret ROLLOUT_SIGNING_KEY of its GitHub environment, and of no other:
docs/secrets.md has the command.

Exit status: 0 done, 1 failed, 2 wrong use, settings or tokens, 3 refused: a rollout is under way, or the record does not count.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("signing-key", words, {
    stack: { type: "string", short: "s" },
    "trust-record": { type: "boolean" },
    json: { type: "boolean" },
  });
  const stack = requireStack("signing-key", options.stack);
  requireKnownStack(session.checkout, "signing-key", stack);
  return reportFailures(session, () =>
    makeKey(session, stack, { trusts: options["trust-record"], json: options.json }),
  );
}

async function makeKey(
  session: Session,
  stack: string,
  { trusts, json }: { readonly trusts: boolean; readonly json: boolean },
): Promise<ExitStatus> {
  const name = stack.split("/").at(-1) ?? stack;
  const opened = await openRecorded(session, stack);
  const { entries, trusted, runs } = await lookAtRecord(opened, trusts);
  if (runs !== undefined) {
    session.err.write(
      `Refused: rollout #${String(runs)} of ${stack} is under way, and its end has to be signed as well.\n`,
    );
    if (json) session.out.write(`${JSON.stringify({ kind: "end", result: "refused" })}\n`);
    return exitStatus.refused;
  }
  const { publicKey, privateKey } = newKeyPair();
  const added = { id: newKeyId(opened.settings.record.keys, name), stack: name, key: publicKey };
  // Before the public one: a key that is not listed signs nothing.
  setPrivateKey(session, stack, privateKey);
  const relying = Object.entries(environments)
    .filter(([other, kind]) => other !== name && kind.provenOn?.stack === name)
    .map(([other]) => other);
  const unset: string[] = [];
  for (const each of [stack, ...relying]) {
    const its = each === stack ? session : withoutConfigFile(session);
    try {
      const { record } = readStackSettings(its, each);
      setRecordSettings(its, each, {
        ...record,
        keys: [...withNewKey(record.keys, added, entries)],
        trusted: { ...record.trusted, ...(trusted === undefined ? {} : { [name]: trusted }) },
      });
    } catch (error) {
      if (each === stack || !(error instanceof UsageError)) throw error;
      unset.push(`Not listed for ${each}, which relies on this record: ${error.message}\n`);
    }
  }
  const from = entries + 1;
  if (json)
    session.out.write(
      `${JSON.stringify({ kind: "end", result: "succeeded", id: added.id, from, stacks: [stack, ...relying] })}\n`,
    );
  else
    session.err.write(
      `${added.id} signs the record of ${opened.onGitHub.environment} from entry ${String(from)} on. Commit rollout:record in the stack files.\n` +
        "For the workflows of its GitHub environment, without a value on the screen:\n" +
        `  pulumi config get rollout:signingKey --stack ${stack} | gh secret set ROLLOUT_SIGNING_KEY --env ${opened.onGitHub.environment}\n`,
    );
  session.err.write(unset.join(""));
  return exitStatus.done;
}

interface Looked {
  /** How many it has. */
  readonly entries: number;
  /** Hash of the newest, where it is to count without a signature. */
  readonly trusted?: string;
  /** Number of the attempt that runs. */
  readonly runs?: number;
}

/** @throws RecordRefused when the record does not count, and is not to count as it stands. */
async function lookAtRecord({ github, onGitHub }: OpenEnvironment, trusts: boolean): Promise<Looked> {
  const chain = await (trusts ? readChain : readRecord)(github, onGitHub);
  const [newest] = chain;
  if (newest?.entry?.kind === "begun") return { entries: chain.length, runs: newest.entry.attempt };
  return { entries: chain.length, ...(trusts && newest ? { trusted: entryHash(newest.message) } : {}) };
}

export const signingKey: Command = { summary: "makes the key that signs the record of rollouts", help, run };
