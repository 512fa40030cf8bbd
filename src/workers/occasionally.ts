/** Passes on one error a minute: a database that is away fails every look at the queue, and one line says it. */
export function occasionally(
  report: (error: unknown) => void,
  milliseconds = 60_000,
): (error: unknown) => void {
  let last = -Infinity;
  return (error) => {
    if (Date.now() - last < milliseconds) return;
    last = Date.now();
    report(error);
  };
}
