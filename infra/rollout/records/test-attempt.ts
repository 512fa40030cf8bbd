import type { Attempt } from "./attempts.ts";
import type { Composition } from "./entry.ts";

/** What a release is, for tests: all of it made of one name. */
export function testComposition(source: string, migrations: readonly string[] = ["0000_plans"]): Composition {
  const worker = { source, commit: source, image: `registry.fly.io/app:${source}`, config: "[env]" };
  return {
    web: { source, commit: source },
    ...{ workers: { worker, mailer: worker }, variables: { web: {}, workers: {} } },
    migrations: { digest: migrations.join(), names: [...migrations] },
  };
}

/** An attempt on staging that succeeded, for tests: #3 begins on the 3rd of January. */
export function testAttempt(number: number, source: string, more: Partial<Attempt> = {}): Attempt {
  const at = `2026-01-0${String(number)}T00:00:00.123Z`;
  const commit = source.repeat(40).slice(0, 40);
  return {
    ...{ number, at, by: "ada@laptop", environment: "staging", release: commit, commit },
    ...{ composition: testComposition(source), checks: [], settings: "s", deployment: number },
    ended: { at, result: "success", description: "smoke test passed" },
    ...more,
  };
}
