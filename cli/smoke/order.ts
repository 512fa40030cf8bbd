import type { Check, Suite } from "./suite-schema.ts";
import { referencesIn } from "./variables.ts";

/** Names of the values that a check reads. What it captures itself is there for its own clean-up. */
export function readsOf(check: Check): readonly string[] {
  const { safe, capture, ...work } = check;
  const names = (value: unknown): readonly string[] =>
    referencesIn(value).flatMap((each) => (each.kind === "captured" ? [each.name] : []));
  const own = Object.keys(capture ?? {});
  return [...new Set([...names(work), ...names(safe).filter((name) => !own.includes(name))])];
}

/** The names of the checks that have to pass before each: those that capture what it reads, and those under its `after`. */
export function dependencies({ checks }: Pick<Suite, "checks">): ReadonlyMap<string, readonly string[]> {
  const capturedBy = new Map(
    checks.flatMap(({ name, capture }) => Object.keys(capture ?? {}).map((value) => [value, name] as const)),
  );
  return new Map(
    checks.map((check) => {
      const captures = readsOf(check).flatMap((value) => capturedBy.get(value) ?? []);
      return [check.name, [...new Set([...captures, ...check.after])]] as const;
    }),
  );
}

/** What is wrong with the order: checks that wait for each other, for themselves or for none that there is. */
export function orderFaults(suite: Pick<Suite, "checks">): readonly string[] {
  const before = dependencies(suite);
  const faults: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (done.has(name)) return;
    const again = path.indexOf(name);
    if (again !== -1) {
      const circle = [...path.slice(again), name].map((each) => `"${each}"`).join(" → ");
      faults.push(`checks wait for each other: ${circle}`);
      return;
    }
    for (const each of before.get(name) ?? []) visit(each, [...path, name]);
    done.add(name);
  };
  for (const { name, after } of suite.checks) {
    visit(name, []);
    for (const each of after)
      if (!before.has(each))
        faults.push(`check "${name}": after names "${each}", and there is no such check`);
  }
  return faults;
}

/** The checks with one of the tags, and those that they depend on; all without tags. In the order of the file. */
export function selectChecks(suite: Pick<Suite, "checks">, tags: readonly string[]): readonly Check[] {
  if (tags.length === 0) return suite.checks;
  const before = dependencies(suite);
  const chosen = new Set<string>();
  const choose = (name: string): void => {
    if (chosen.has(name)) return;
    chosen.add(name);
    for (const each of before.get(name) ?? []) choose(each);
  };
  for (const check of suite.checks) if (check.tags.some((tag) => tags.includes(tag))) choose(check.name);
  return suite.checks.filter(({ name }) => chosen.has(name));
}

export function tagsOf({ checks }: Pick<Suite, "checks">): readonly string[] {
  return [...new Set(checks.flatMap(({ tags }) => tags))].sort();
}
