import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { LoadDeclaration } from "../../stacks/settings/application.ts";
import { askDatabase } from "../smoke/ask-database.ts";
import type { Answered } from "./summarize.ts";

type JobsOfLoad = NonNullable<LoadDeclaration["jobs"]>;

/** The jobs of a run in the application's database. */
export interface JobPlace {
  /** Secret. */
  readonly databaseUrl: string;
  readonly declared: JobsOfLoad;
  /** Of this run. */
  readonly mark: string;
}

const rowsSchema = z.array(
  z.object({
    number: z.coerce.number().int(),
    state: z.enum(["waiting", "done", "failed"]),
    seconds: z.coerce.number().nonnegative().nullable(),
  }),
);

/** Of one query, and between two, in milliseconds. */
const queryLimit = 15_000;
const pauseMilliseconds = 500;

/**
 * Waits for the end of jobs, and gives how each ended: those that are not done in time, or of which the database knows nothing, as failed.
 *
 * @param accepted when each was due, by its number.
 * @throws Error where the database does not answer, or not as declared.
 */
export async function waitForJobs(
  place: JobPlace,
  accepted: ReadonlyMap<number, number>,
  limitSeconds: number,
  signal: AbortSignal,
): Promise<readonly Answered[]> {
  const begun = performance.now();
  const isOver = (): boolean => signal.aborted || performance.now() - begun > limitSeconds * 1000;
  let found = await readJobs(place);
  while (
    !isOver() &&
    [...accepted.keys()].some((number) => (found.get(number)?.state ?? "waiting") === "waiting")
  ) {
    await sleep(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
    found = await readJobs(place);
  }
  return [...accepted].map(([number, dueAt]): Answered => {
    const job = found.get(number);
    const fault = job === undefined ? "lost" : job.state === "done" ? undefined : job.state;
    return {
      ...{ kind: "jobs", dueAt, milliseconds: (job?.seconds ?? 0) * 1000 },
      ...(fault === undefined ? {} : { fault }),
    };
  });
}

type Row = z.output<typeof rowsSchema>[number];

async function readJobs({ databaseUrl, declared, mark }: JobPlace): Promise<ReadonlyMap<number, Row>> {
  const rows = await askDatabase({ query: declared.query, values: [mark] }, databaseUrl, {
    ...options(mark),
    mayWrite: false,
  });
  const { success, data } = rowsSchema.safeParse(rows);
  if (!success)
    throw new Error(
      "load.jobs.query of rollout.config.ts has to give number, state (waiting, done or failed) and seconds of each job",
    );
  return new Map(data.map((row) => [row.number, row]));
}

/**
 * Deletes what a run has made, also jobs that are still waiting.
 *
 * @returns why it did not work, with the mark by which it can be found; undefined when it did.
 */
export async function deleteMade(
  databaseUrl: string,
  statements: readonly string[],
  mark: string,
): Promise<string | undefined> {
  try {
    for (const query of statements)
      await askDatabase({ query, values: [mark] }, databaseUrl, { ...options(mark), mayWrite: true });
    return undefined;
  } catch (error) {
    return `What the load test made could not be deleted (${(error as Error).message}). It carries ${mark}`;
  }
}

function options(mark: string) {
  return {
    values: { environment: {}, mark, captured: new Map<string, unknown>() },
    limit: queryLimit,
    signal: new AbortController().signal,
  };
}
