/** For so long a cloud may not show what it has just made, in milliseconds: reports name up to 30 s. */
export const visibleWithin = 30_000;

/** What a cloud has made for this process a moment ago. */
export interface JustMade {
  /** Notes what a call has made, by its answer. `address` is that of the call. */
  note(method: string, address: string, body: unknown): void;
  /**
   * Until when a 404 at this address may only mean that the cloud does not show yet what it made; 0 where it is final, as
   * for what this process has deleted.
   */
  hiddenUntil(address: string): number;
}

/**
 * Remembers what creates have made. Clouds read from copies that lag behind: Neon answered 404 for up to 30 s
 * (neondatabase/neon#12513), Fly for a new app and a new machine (superfly/flyctl#3112, #4618). What was made is awaited by this. Refs of GitHub, whose
 * answers have no id, and reads that show an old value are awaited where they are read.
 */
export function openJustMade(now: () => number = Date.now): JustMade {
  /** By address, and by what is an identifier of its own: the time until which it may be hidden. */
  const until = new Map<string, number>();
  const deleted = new Set<string>();

  return {
    note: (method, address, body) => {
      for (const [what, time] of until) if (time <= now()) until.delete(what);
      const path = pathOf(address);
      if (method === "DELETE") {
        for (const what of [path, lastOf(path)]) until.delete(what);
        deleted.add(path);
      }
      if (method !== "POST") return;
      for (const what of madeBy(path, body)) {
        until.set(what, now() + visibleWithin);
        deleted.delete(what);
      }
    },
    hiddenUntil: (address) => {
      const path = pathOf(address);
      const segments = path.split("/");
      const above = segments.map((_, index) => segments.slice(0, index + 1).join("/"));
      if (above.some((what) => deleted.has(what))) return 0;
      return Math.max(0, ...[...segments, ...above].map((what) => until.get(what) ?? 0));
    },
  };
}

const pathOf = (address: string): string => decodeURIComponent(new URL(address).pathname);
const lastOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Long enough to be nothing else's name. */
const shortestIdentifier = 10;

function madeBy(path: string, body: unknown): readonly string[] {
  const inside = valuesOf(body);
  return [body, ...inside, ...inside.flatMap(listIn)].flatMap((thing) => {
    const { id, uid, name, number } = fieldsOf(thing);
    const names = [id, uid, name, number].filter(
      (each) => typeof each === "string" || typeof each === "number",
    );
    const identifiers = [id, uid].filter(
      (each): each is string => typeof each === "string" && each.length >= shortestIdentifier,
    );
    return [...names.map((each) => `${path}/${String(each)}`), ...identifiers];
  });
}

function fieldsOf(thing: unknown): Readonly<Record<string, unknown>> {
  return typeof thing === "object" && thing !== null && !Array.isArray(thing)
    ? (thing as Readonly<Record<string, unknown>>)
    : {};
}

const valuesOf = (thing: unknown): readonly unknown[] => Object.values(fieldsOf(thing));
const listIn = (thing: unknown): readonly unknown[] => (Array.isArray(thing) ? (thing as unknown[]) : []);
