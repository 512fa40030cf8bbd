import { readFileSync } from "node:fs";
import { join } from "node:path";
import { namedAttempt } from "@rollout/infra/rollout/records/attempts";
import { kindOf } from "../../stacks/environments.ts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import { declaredAt } from "../cost/at-commit.ts";
import { differenceLines, estimateLines, monthText, signed, sourceLines } from "../cost/cost-text.ts";
import { declaredBy } from "../cost/declared.ts";
import type { Use } from "../cost/estimate.ts";
import { estimate, usualUse } from "../cost/estimate.ts";
import { prices } from "../cost/prices.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { readRecorded } from "../history/recorded.ts";
import { shortRelease } from "../history/table.ts";
import { requireKnownStack } from "../known-stack.ts";
import { reportFailures } from "../report-failures.ts";
import { readStackSettings } from "../stack-settings.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout cost --stack STACK [--against RELEASE] [--storage-gb N] [--busy-hours N] [--seats N] [--previews N] [--json]

Estimates what the checkout declares of an environment costs a month: machines by count, size and region, the database's compute, storage
and backups, and the seats of Vercel, by a table of dated prices with their sources. Where use decides, it is a range: little, usual and
most. It asks no cloud, except with --against for the record. docs/cost.md lists what is not in it.

  --stack, -s STACK    where: staging or prod
  --against RELEASE    also what differs from a release on record, by its number or commit
  --storage-gb N       data in the database; without, 1 and in the range 0.1 to 10
  --busy-hours N       hours of a day in which the database is at its largest size; 2
  --seats N            members of the Vercel team; 1, in production's estimate
  --previews N         environments of pull requests that are open all month, in staging's estimate; 0
  --json               one object: {"stack", "estimate": {"lines", "total"}, "against", "prices"}

  bin/sandbox bin/rollout cost --stack staging        on this machine, without an account
  bin/rollout cost --stack prod --seats 3             production, and three who deploy
  bin/rollout cost --stack staging --against 1        what a change of settings costs

Exit status: 0 done, 1 failed, 2 wrong use or settings, 3 the record is refused.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("cost", words, {
    stack: { type: "string", short: "s" },
    against: { type: "string" },
    "storage-gb": { type: "string" },
    "busy-hours": { type: "string" },
    seats: { type: "string" },
    previews: { type: "string" },
    json: { type: "boolean" },
  });
  const stack = requireStack("cost", options.stack);
  requireKnownStack(session.checkout, "cost", stack);
  const use: Use = {
    busyHours: numberIn("--busy-hours", options["busy-hours"], 24) ?? usualUse.busyHours,
    storageGb: storageOf(numberIn("--storage-gb", options["storage-gb"], 16_000)),
    seats: numberIn("--seats", options.seats, 10_000) ?? usualUse.seats,
    previews: numberIn("--previews", options.previews, 1_000) ?? usualUse.previews,
  };
  return reportFailures(session, () => show(session, stack, use, options));
}

async function show(
  session: Session,
  stack: string,
  use: Use,
  { against, json }: { readonly against: string | undefined; readonly json: boolean },
): Promise<ExitStatus> {
  const { checkout, out } = session;
  const name = stack.split("/").at(-1) ?? "";
  const kind = kindOf(name);
  if (!kind) throw new UsageError(`There is no stack ${stack}`);
  const settings = readStackSettings(session, stack);
  const read = (file: string): string => readFileSync(join(checkout, file), "utf8");
  const now = estimate(declaredBy(settings, kind, read), use);
  const release = against === undefined ? undefined : await releaseOf(session, stack, against);
  const before = release && estimate(declaredAt(checkout, name, kind, release.commit), use);
  if (json) {
    const compared = release && { number: release.number, release: release.release, estimate: before };
    out.write(`${JSON.stringify({ stack, estimate: now, against: compared, use, prices })}\n`);
    return exitStatus.done;
  }
  const change = before && [
    "",
    `Against release ${shortRelease(release.release)} (#${String(release.number)}), ${monthText(before.total)}: ${signed(now.total.usual - before.total.usual)}`,
    ...differenceLines(before, now).map((line) => `  ${line}`),
  ];
  out.write(
    [...estimateLines(now), ...(change ?? []), "", ...sourceLines(), ""].map((line) => `${line}\n`).join(""),
  );
  return exitStatus.done;
}

async function releaseOf(session: Session, stack: string, name: string) {
  const { attempts, place } = await readRecorded(session, stack);
  const found = namedAttempt(attempts, name);
  if (found) return found;
  throw new UsageError(
    `${place.environment} has no release ${name} on record. See: bin/rollout history --stack ${stack}`,
  );
}

function storageOf(gigabytes: number | undefined): Use["storageGb"] {
  return gigabytes === undefined
    ? usualUse.storageGb
    : { least: gigabytes, usual: gigabytes, most: gigabytes };
}

function numberIn(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number <= most) return number;
  throw new UsageError(`bin/rollout cost: ${option} is ${text}; expected a number from 0 to ${String(most)}`);
}

export const cost: Command = { summary: "estimates what an environment costs a month", help, run };
