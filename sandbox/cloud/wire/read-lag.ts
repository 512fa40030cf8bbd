import type { CloudName } from "../emulator.ts";
import { vendorError } from "./vendor-error.ts";

/** Carries a call out at the cloud's routes. */
export type CarryOut = (request: Request) => Promise<Response>;

/** What reads of the clouds show right after a change. */
export interface ReadLag {
  /** Answers a call, a read perhaps as it was before changes that are not visible yet. */
  answer(cloud: CloudName, request: Request, carryOut: CarryOut): Promise<Response>;
}

export interface ReadLagOptions {
  /** For how long a change is not visible to reads, in milliseconds; 0 for none. */
  readonly milliseconds: (cloud: CloudName) => number;
  readonly now: () => number;
}

/** An answer, to be given again. */
interface Kept {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ArrayBuffer | null;
}

/** What was read once at one address, and how it read before the changes that are not visible yet. */
interface Seen {
  readonly request: Request;
  readonly before: { readonly until: number; readonly answer: Kept }[];
}

/** Addresses that are remembered for each cloud: those read last. */
const mostSeen = 500;

/** Waits, logs and the sandbox's own calls answer what is, and change nothing that lags. */
const isOutside = (path: string): boolean =>
  /\/(wait|logs|runtime-logs|events)$|^\/_?sandbox\/|^\/graphql$/.test(path);

/**
 * Reads that lag behind writes: for some time after a change, a read of the changed thing, of what is below it and of the
 * lists that it is in gives the answer of before the change, and a thing that was just made is not found. Seen of Neon for up
 * to 30 s (neondatabase/neon#12513), of Fly (superfly/flyctl#3112, #4618). GitHub's refs have a lag of their own, which an
 * account has or has not (github/ref-lag.ts). Every change waits for its time alone, and other addresses read as they are.
 */
export function openReadLag({ milliseconds, now }: ReadLagOptions): ReadLag {
  const seenOf = new Map<CloudName, Map<string, Seen>>();
  const made = new Map<CloudName, Map<string, number>>();

  const remember = (cloud: CloudName, address: string, request: Request): void => {
    const seen = seenOf.get(cloud) ?? new Map<string, Seen>();
    seenOf.set(cloud, seen);
    const known = seen.get(address) ?? { request, before: [] };
    seen.delete(address);
    seen.set(address, known);
    const [oldest] = seen.keys();
    if (seen.size > mostSeen && oldest !== undefined) seen.delete(oldest);
  };

  const read = async (cloud: CloudName, request: Request, carryOut: CarryOut): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const address = pathname + search;
    const known = seenOf.get(cloud)?.get(address);
    while (known?.before[0] && known.before[0].until <= now()) known.before.shift();
    const [earliest] = known?.before ?? [];
    if (earliest) return give(earliest.answer);
    if (isHidden(made.get(cloud), pathname, now())) return vendorError(cloud, 404, now());
    remember(cloud, address, request.clone());
    return carryOut(request);
  };

  const write = async (
    cloud: CloudName,
    request: Request,
    carryOut: CarryOut,
    lag: number,
  ): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const related = [...(seenOf.get(cloud) ?? [])].filter(([address]) => isRelated(address, pathname));
    const before = await Promise.all(
      related.map(async ([, seen]) => ({ seen, answer: await keep(await carryOut(seen.request.clone())) })),
    );
    const answer = await carryOut(request);
    if (!answer.ok) return answer;
    const until = now() + lag;
    for (const { seen, answer: kept } of before) seen.before.push({ until, answer: kept });
    const hidden = made.get(cloud) ?? new Map<string, number>();
    made.set(cloud, hidden);
    if (request.method === "POST")
      for (const path of await madePaths(pathname, answer)) hidden.set(path, until);
    return answer;
  };

  return {
    answer: (cloud, request, carryOut) => {
      const lag = milliseconds(cloud);
      if (lag <= 0 || isOutside(new URL(request.url).pathname)) return carryOut(request);
      if (request.method === "GET" || request.method === "HEAD") return read(cloud, request, carryOut);
      return write(cloud, request, carryOut, lag);
    },
  };
}

/** Vercel's aliases are changed at a deployment or a project, and read in a list of their own. */
const aliasChange = /\/(aliases|promote\/[^/]+|rollback\/[^/]+)$/;
const aliasRead = /^\/v\d+\/(now\/)?aliases(\/|$)/;

/** Whether a change at `path` shows at this address: at the same, above or below it. */
function isRelated(address: string, path: string): boolean {
  const [read = ""] = address.split("?");
  return isBelow(read, path) || isBelow(path, read) || (aliasChange.test(path) && aliasRead.test(read));
}

const isBelow = (path: string, above: string): boolean => path === above || path.startsWith(`${above}/`);

function isHidden(made: Map<string, number> | undefined, pathname: string, at: number): boolean {
  for (const [path, until] of made ?? [])
    if (until <= at) made?.delete(path);
    else if (isBelow(pathname, path)) return true;
  return false;
}

/** Where things are read that this call made: below a list, by id or name. */
async function madePaths(pathname: string, answer: Response): Promise<readonly string[]> {
  const body = (await answer
    .clone()
    .json()
    .catch(() => undefined)) as Readonly<Record<string, unknown>> | undefined;
  const own = [body, ...Object.values(body ?? {})].flatMap(namesOf).map((name) => `${pathname}/${name}`);
  // What came with it, in its own list next to this one: the operations of a new branch.
  const parent = pathname.slice(0, pathname.lastIndexOf("/"));
  const others = Object.entries(body ?? {}).flatMap(([list, each]) =>
    Array.isArray(each) ? each.flatMap(namesOf).map((name) => `${parent}/${list}/${name}`) : [],
  );
  return [...own, ...others];
}

function namesOf(thing: unknown): readonly string[] {
  if (typeof thing !== "object" || thing === null || Array.isArray(thing)) return [];
  const { id, name, number } = thing as Readonly<Record<string, unknown>>;
  return [id, name, number]
    .filter((each) => typeof each === "string" || typeof each === "number")
    .map((each) => encodeURIComponent(String(each)));
}

async function keep(answer: Response): Promise<Kept> {
  const body = await answer.arrayBuffer();
  return { status: answer.status, headers: [...answer.headers], body: body.byteLength > 0 ? body : null };
}

function give({ status, headers, body }: Kept): Response {
  return new Response(body, {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
}
