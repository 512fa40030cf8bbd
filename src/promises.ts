/** A wait that took too long. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** The result of `promise`, or a TimeoutError after so many milliseconds. What `promise` does goes on. */
export async function within<Result>(
  milliseconds: number,
  what: string,
  promise: Promise<Result>,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new TimeoutError(`${what}: no answer within ${milliseconds} ms`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A read whose result counts for so long, in milliseconds: who asks in the meantime gets the same, and all who ask while it runs
 * wait for that one.
 */
export function remembered<Result>(
  milliseconds: number,
  read: () => Promise<Result>,
  clock: () => number = () => performance.now(),
): () => Promise<Result> {
  let last: { readonly result: Promise<Result>; readonly ended: () => number | undefined } | undefined;
  return () => {
    const ended = last?.ended();
    if (last && (ended === undefined || clock() - ended < milliseconds)) return last.result;
    let at: number | undefined;
    const result = read().finally(() => (at = clock()));
    last = { result, ended: () => at };
    return result;
  };
}
