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
