type Values = Readonly<Record<string, string>>;

/** What became of values by name, in a few words each and without a value. */
export function namedChanges(before: Values, seen: Values): readonly string[] {
  return [
    ...Object.keys(before)
      .filter((name) => seen[name] !== before[name])
      .map((name) => (name in seen ? `${name} has another value` : `${name} was removed`)),
    ...Object.keys(seen)
      .filter((name) => !(name in before))
      .map((name) => `${name} was added`),
  ];
}
