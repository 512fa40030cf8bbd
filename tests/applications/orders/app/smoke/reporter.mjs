// Reports the tests of node:test as the one line of JSON that a rollout reads.
export default async function* report(events) {
  const checks = [];
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    // A file that could not even be loaded is a test of its own.
    if (data.details.type === "suite") continue;
    const error = data.details.error?.cause ?? data.details.error;
    checks.push({
      name: data.name,
      passed: type === "test:pass",
      seconds: Math.max(0, data.details.duration_ms ?? 0) / 1000,
      ...(error ? { detail: String(error.message ?? error) } : {}),
    });
  }
  const passed = checks.length > 0 && checks.every((check) => check.passed);
  yield `${JSON.stringify({ passed, checks })}\n`;
}
