import type { World } from "./world.ts";

/** What grows with every call or every moment, and is no thing that a rollout makes. */
const passing = /(^|\.)(operations|events|logs|leases|lastId|nextDatabaseId|metadata|digests?)(\.|$)/;

/** Refs and commits of the lease are many by their nature; those of the record count by what refs point at. */
const clouds = ["neon", "fly", "vercel", "github"] as const;

/** How many things of each kind the clouds hold, by their place in what a cloud has acknowledged. */
export function inventoryOf({ emulators }: World): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const count = (place: string, value: unknown): void => {
    if (typeof value !== "object" || value === null || passing.test(place)) return;
    const isList = Array.isArray(value);
    // Records of things are keyed by ids and names.
    const items = Object.entries(value as Readonly<Record<string, unknown>>).filter(
      ([, item]) => !isDeleted(item),
    );
    const holdsThings =
      isList || (items.length > 0 && items.every(([, item]) => typeof item === "object" && item !== null));
    if (holdsThings && items.length > 0) counts.set(place, (counts.get(place) ?? 0) + items.length);
    for (const [key, item] of items) count(holdsThings ? place : `${place}.${key}`, item);
  };
  for (const cloud of clouds)
    for (const [key, value] of Object.entries(emulators.stateOf(cloud))) count(`${cloud} ${key}`, value);
  return counts;
}

const isDeleted = (item: unknown): boolean =>
  typeof item === "object" && item !== null && (item as { deleted?: unknown }).deleted === true;

/** What is there more or less often than it should be. */
export function inventoryFaults(
  expected: ReadonlyMap<string, number>,
  seen: ReadonlyMap<string, number>,
  mayDiffer: Readonly<Record<string, string>> = {},
): readonly string[] {
  return [...new Set([...expected.keys(), ...seen.keys()])].flatMap((place) => {
    const [wanted, found] = [expected.get(place) ?? 0, seen.get(place) ?? 0];
    const isExplained = Object.keys(mayDiffer).some((each) => place.startsWith(each));
    return wanted === found || isExplained ? [] : [`${place}: ${String(found)} instead of ${String(wanted)}`];
  });
}
