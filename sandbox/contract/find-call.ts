import type { DocumentedCall } from "./call.ts";

export interface FoundCall {
  readonly call: DocumentedCall;
  /** The path without what clients put before the document's. */
  readonly path: string;
}
export type FindCall = (method: string, path: string) => FoundCall | undefined;

interface Pattern {
  readonly call: DocumentedCall;
  readonly expression: RegExp;
  readonly variables: number;
}

/** Finds the table's line for a path; fixed words win over variables: `/branches/count` is not `/branches/{id}`. */
export function openFindCall(calls: readonly DocumentedCall[], bases: readonly string[]): FindCall {
  const patterns = calls.flatMap(toPatterns).sort((a, b) => a.variables - b.variables);
  return (method, path) => {
    for (const base of bases) {
      if (!path.startsWith(base)) continue;
      const rest = path.slice(base.length);
      const found = patterns.find(({ call, expression }) => call.method === method && expression.test(rest));
      if (found) return { call: found.call, path: rest };
    }
    return undefined;
  };
}

function toPatterns(call: DocumentedCall): Pattern[] {
  return [call.template, ...(call.alsoAt ?? [])].map((template) => {
    const parts = template.split(/(\{\w+\})/);
    // A name of git's has slashes: `heads/main`.
    const variable = (part: string): string => (part === "{ref}" ? ".+" : "[^/]+");
    const source = parts.map((part) => (part.startsWith("{") ? variable(part) : escape(part))).join("");
    return { call, expression: new RegExp(`^${source}$`), variables: parts.length };
  });
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
