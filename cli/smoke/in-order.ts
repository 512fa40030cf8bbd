import type { CheckOutcome } from "./outcome.ts";
import type { Check } from "./suite-schema.ts";

/** Gives each check to `work` once those before it are done, so many at a time. The outcomes have the order of the checks. */
export async function inOrder(
  checks: readonly Check[],
  before: ReadonlyMap<string, readonly string[]>,
  most: number,
  work: (check: Check, before: readonly CheckOutcome[]) => Promise<CheckOutcome>,
): Promise<CheckOutcome[]> {
  const running = new Map<string, Promise<CheckOutcome>>();
  const queue: (() => void)[] = [];
  let active = 0;
  const turn = async (): Promise<void> => {
    if (active >= most) await new Promise<void>((resolve) => queue.push(resolve));
    else active += 1;
  };
  const next = (): void => {
    const waiting = queue.shift();
    if (waiting) waiting();
    else active -= 1;
  };
  const start = (name: string): Promise<CheckOutcome> => {
    const known = running.get(name);
    if (known) return known;
    const begun = begin(name);
    running.set(name, begun);
    return begun;
  };
  const begin = async (name: string): Promise<CheckOutcome> => {
    const check = checks.find((each) => each.name === name) as Check;
    const first = await Promise.all((before.get(name) ?? []).map(start));
    await turn();
    try {
      return await work(check, first);
    } finally {
      next();
    }
  };
  return Promise.all(checks.map(({ name }) => start(name)));
}
