import { findPreviews, leftoversOf } from "@rollout/infra/preview/find-previews";
import type { Preview } from "@rollout/infra/preview/find-previews";
import { holdPreviewLease } from "@rollout/infra/preview/hold-lease";
import { previewName } from "@rollout/infra/preview/names";
import type { HeldLease } from "@rollout/infra/rollout/lease/held-lease";
import { LeaseNotFree } from "@rollout/infra/rollout/lease/held-lease";
import type { Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { readBase } from "./base.ts";
import { removeEnvironments } from "./remove-environments.ts";
import { openPreviewStack } from "./stack.ts";

export interface SweepOptions {
  /** Whether it only prints what it would delete. */
  readonly isDryRun: boolean;
  readonly json: boolean;
}

/** Takes every environment away whose pull request is closed or unknown or that has expired. */
export async function sweepPreviews(session: Session, { isDryRun, json }: SweepOptions): Promise<ExitStatus> {
  const base = readBase(session);
  const tell = (line: string): void => {
    if (!json)
      session.out.write(`${line}
`);
  };
  const { found, room } = await findPreviews(base.place, base.access, new Date());
  const leases: Leases = new Map();
  for (const preview of found) {
    tell(verdictLine(preview, isDryRun));
    if (preview.verdict.goes && isDryRun)
      for (const { cloud, what } of preview.leftovers) tell(`  ${cloud}: ${what}`);
    else if (preview.verdict.goes) await holdLease(base, preview.pullRequest, leases, tell);
  }
  let failures: readonly string[];
  try {
    const removal = await removeEnvironments({
      look: () => leftoversOf(base.place, base.access),
      leases,
      print: (line) => tell(`  ${line}`),
    });
    failures = removal.failures;
    for (const pullRequest of removal.gone) await forgetState(session, base.file, previewName(pullRequest));
  } finally {
    for (const lease of leases.values()) await lease?.release();
  }
  if (found.length === 0) tell("The clouds have no environment of any pull request.");
  const end = {
    kind: "end",
    at: new Date().toISOString(),
    isDryRun,
    ...reported(found),
    room,
    errors: failures,
  };
  if (json) session.out.write(`${JSON.stringify(end)}\n`);
  else if (failures.length > 0) session.err.write(`${failures.join("\n")}\n`);
  return failures.length === 0 ? exitStatus.done : exitStatus.failed;
}

function verdictLine({ pullRequest, verdict }: Preview, isDryRun: boolean): string {
  const goes = isDryRun ? "would go" : "goes";
  return `${previewName(pullRequest)} ${verdict.goes ? goes : "stays"}: ${verdict.because}`;
}

type Leases = Map<number, HeldLease | undefined>;

/** Adds the lease of an environment; none where another is faster, who then takes it away or uses it. */
async function holdLease(
  { place, access }: ReturnType<typeof readBase>,
  pullRequest: number,
  leases: Leases,
  print: (line: string) => void,
): Promise<void> {
  try {
    const options = { waitMilliseconds: 0, note: (line: string) => print(`  ${line}`) };
    leases.set(pullRequest, await holdPreviewLease(place, access, pullRequest, options));
  } catch (error) {
    if (!(error instanceof LeaseNotFree)) throw error;
    print(`${previewName(pullRequest)} stays: ${error.holder} was faster`);
  }
}

/** The state, where there is one, speaks of what is gone. That it cannot be reached is no failure: nothing is read in it. */
async function forgetState(
  session: Session,
  file: Parameters<typeof openPreviewStack>[2],
  name: string,
): Promise<void> {
  const stack = openPreviewStack(session, name, file);
  try {
    await stack.remove();
  } catch (error) {
    session.err.write(`The state of ${name} is still there: ${(error as Error).message}\n`);
  } finally {
    stack.close();
  }
}

function reported(found: readonly Preview[]): object {
  return {
    environments: found.map(({ pullRequest, verdict, leftovers }) => ({
      pullRequest,
      ...verdict,
      things: leftovers.map(({ cloud, what }) => ({ cloud, what })),
    })),
  };
}
