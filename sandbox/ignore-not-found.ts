/** What `work` gives; undefined where a file or folder that it needs does not exist. */
export function ignoreNotFound<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
