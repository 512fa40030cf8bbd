/** Turns a cloud's 404 into `undefined`; each client has its own name for the status. */
export async function ignoreNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const { status, statusCode } = error as { status?: number; statusCode?: number };
    if (status === 404 || statusCode === 404) return undefined;
    throw error;
  }
}
