import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { attemptsIn } from "@rollout/infra/rollout/records/attempts";
import type { RecordCopy } from "@rollout/infra/rollout/records/copy";
import { extended, readCopy } from "@rollout/infra/rollout/records/copy";
import type { RecordTrusts } from "@rollout/infra/rollout/records/signature";
import type { Unrecorded, UnrecordedEnd } from "@rollout/infra/rollout/without-github";
import type { Session } from "../command.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import { UsageError } from "../usage-error.ts";

const limitMilliseconds = 60_000;
/** Of a state, in bytes. */
const most = 256 * 1024 * 1024;

interface ExportedResource {
  readonly type?: string;
  readonly delete?: boolean;
  readonly outputs?: object;
}

/** The resources in the stack's state, with their outputs; secrets are encrypted. */
export async function exportedResources(
  { checkout, environment }: Session,
  stack: string,
): Promise<readonly ExportedResource[]> {
  const { stdout } = await promisify(execFile)(
    "pulumi",
    ["stack", "export", "--stack", stack, "--non-interactive"],
    { cwd: checkout, env: environment, timeout: limitMilliseconds, maxBuffer: most },
  );
  const { deployment } = JSON.parse(stdout) as {
    readonly deployment?: { readonly resources?: readonly ExportedResource[] };
  };
  return deployment?.resources ?? [];
}

/** What the stack's state has of the record. */
export interface KeptRecord {
  readonly copy: RecordCopy;
  /** Newest first. */
  readonly attempts: readonly Attempt[];
  /** Why no release before the newest migrations may run, as those declare that were rehearsed last; empty where each may. */
  readonly oneWay: string;
}

/** Rollbacks without GitHub that the state has; those on record already may be among them. */
export interface KeptRollbacks {
  readonly rollbacks: readonly Unrecorded[];
  readonly ends: readonly UnrecordedEnd[];
}

interface Kept {
  readonly attempt: { readonly copy?: RecordCopy; readonly unrecorded?: readonly Unrecorded[] };
  readonly status: { readonly ending?: string; readonly unrecorded?: readonly UnrecordedEnd[] };
  readonly rehearsal: { readonly oneWay?: string };
}

function keptIn(resources: readonly ExportedResource[]): Kept {
  const of = (name: string): object =>
    resources.find((each) => each.delete !== true && each.type === `pulumi-nodejs:dynamic/rollout:${name}`)
      ?.outputs ?? {};
  return { attempt: of("Attempt"), status: of("Status"), rehearsal: of("Rehearsal") };
}

/**
 * The record as the state has it, verified as GitHub's is. It ends with the newest success, or the beginning of a rollout after it.
 *
 * @throws UsageError where there is none, CopyRefused where it does not count.
 */
export async function readKept(
  session: Session,
  stack: string,
  { onGitHub }: Pick<OpenEnvironment, "onGitHub">,
): Promise<KeptRecord> {
  return recordIn(await exportedResources(session, stack), stack, onGitHub);
}

/** The same of the resources in a state. */
export function recordIn(
  resources: readonly ExportedResource[],
  stack: string,
  place: { readonly environment: string; readonly records: RecordTrusts },
): KeptRecord {
  const { attempt, status, rehearsal } = keptIn(resources);
  if (attempt.copy === undefined)
    throw new UsageError(
      `The state of ${stack} has no copy of the record: there is none before the first rollout by this version. ` +
        "The vendors' own commands are in docs/runbook.md",
    );
  const { ending } = status;
  const copy = (ending === undefined ? undefined : extended(attempt.copy, ending)) ?? attempt.copy;
  const { oneWay = "" } = rehearsal;
  return { copy, attempts: attemptsIn(readCopy(copy, place)), oneWay };
}

export async function readKeptRollbacks(session: Session, stack: string): Promise<KeptRollbacks> {
  const { attempt, status } = keptIn(await exportedResources(session, stack));
  return { rollbacks: attempt.unrecorded ?? [], ends: status.unrecorded ?? [] };
}
