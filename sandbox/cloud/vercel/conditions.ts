import type { IncomingHttpHeaders } from "node:http";
import type { Condition } from "./output-config.ts";

/** What a request asks, as routes see it. */
export interface Asked {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Whether a request has all that is listed.
 *
 * @returns the named groups of the values that matched; undefined where one does not.
 */
export function hasAll(
  conditions: readonly Condition[],
  asked: Asked,
): Readonly<Record<string, string>> | undefined {
  let groups: Record<string, string> = {};
  for (const condition of conditions) {
    const found = matched(condition, asked);
    if (!found) return undefined;
    groups = { ...groups, ...found };
  }
  return groups;
}

function matched(condition: Condition, asked: Asked): Readonly<Record<string, string>> | undefined {
  const seen = valueOf(condition, asked);
  if (seen === undefined) return undefined;
  if (condition.value === undefined) return {};
  const match = new RegExp(`^(?:${condition.value})$`).exec(seen);
  return match ? { ...match.groups } : undefined;
}

function valueOf(condition: Condition, { headers, query }: Asked): string | undefined {
  if (condition.type === "host") return headers.host?.replace(/:\d+$/, "");
  if (condition.type === "query") return query.get(condition.key) ?? undefined;
  if (condition.type === "cookie") return cookieOf(headers, condition.key);
  const value = headers[condition.key.toLowerCase()];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** Value of a cookie of the request. */
export function cookieOf({ cookie }: IncomingHttpHeaders, name: string): string | undefined {
  const pairs = cookie?.split(/;\s*/) ?? [];
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
