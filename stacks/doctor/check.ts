import { explained } from "@rollout/infra/dynamic/explain-error";
import { watchingCalls } from "@rollout/infra/shared/cloud-calls";
import { TooLate, withinLimit } from "@rollout/infra/shared/time-limit";

/** `unknown` where nothing can be read that would answer it: then the text has the reason. */
export type Verdict = "holds" | "fails" | "unknown";

/** What was found, and where it does not hold the command or the page that fixes it. */
export interface Finding {
  readonly verdict: Verdict;
  readonly found: string;
  readonly fix?: string;
  /** Which rollouts cannot do without it; absent: all but a rollback. */
  readonly stops?: Stops;
  /** What a rollout that continues prints of it. */
  readonly note?: string;
}

/**
 * Which rollouts a fault stops before they begin: `every` one, rollbacks too; all that go `forward`; `changes` alone, which
 * are an environment's first one and those whose settings are other ones; the `first` one alone; or `none`.
 */
export type Stops = "every" | "forward" | "changes" | "first" | "none";

/** One thing that a rollout relies on. */
export interface Check {
  readonly name: string;
  /** Whether each rollout looks at it first: a few calls that are answered at once. */
  readonly isCheap?: boolean;
  /** Whether a rollback does, too. */
  readonly isForRollbacks?: boolean;
  /** Only reads. What it throws is no verdict about the account: it is then unknown. */
  readonly look: () => Promise<Finding>;
}

export interface Checked extends Finding {
  readonly name: string;
}

export const holds = (found: string): Finding => ({ verdict: "holds", found });
export const fails = (found: string, fix: string, stops?: Stops): Finding => ({
  verdict: "fails",
  found,
  fix,
  ...(stops === undefined ? {} : { stops }),
});
export const unknown = (found: string, fix?: string): Finding => ({
  verdict: "unknown",
  found,
  ...(fix === undefined ? {} : { fix }),
});

/**
 * Looks at all of them at once, each within the limit. One that fails or takes too long is unknown and stops no other.
 *
 * @param onDone called with each as soon as it is known.
 */
export function examine(
  checks: readonly Check[],
  limitMilliseconds: number,
  onDone: (checked: Checked) => void = () => undefined,
): Promise<readonly Checked[]> {
  return Promise.all(
    checks.map(async ({ name, look }) => {
      const checked = { name, ...(await lookWithin(look, limitMilliseconds)) };
      onDone(checked);
      return checked;
    }),
  );
}

async function lookWithin(look: Check["look"], limitMilliseconds: number): Promise<Finding> {
  try {
    return await withinLimit(limitMilliseconds, () => watchingCalls(look, explained));
  } catch (error) {
    if (error instanceof TooLate) return unknown(error.message);
    const [found = "", ...advice] = (error as Error).message.split("\n");
    return unknown(found, advice.length > 0 ? advice.join(" ") : undefined);
  }
}

/** A read that several checks need and that is made once. */
export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= read());
}

/** The status of a cloud's refusal, whichever client throws it. */
export function statusOf(error: unknown): number | undefined {
  return (error as { readonly status?: number } | undefined)?.status;
}

/** What is read; where the cloud refuses it with one of these statuses, the error. */
export async function refusedWith<T>(
  statuses: readonly number[],
  read: Promise<T>,
): Promise<
  { readonly value: T; readonly refusal?: never } | { readonly refusal: Error; readonly value?: never }
> {
  try {
    return { value: await read };
  } catch (error) {
    if (error instanceof Error && statuses.includes(statusOf(error) ?? 0)) return { refusal: error };
    throw error;
  }
}

/** The command that changes a setting of the stack. */
export const setCommand = (stack: string, setting: string, value: string): string =>
  `pulumi config set --stack ${stack} --path rollout:${setting} ${value}`;

export const newToken = (variable: string): string =>
  `make a new one and set ${variable} to it (docs/secrets.md lists where)`;
