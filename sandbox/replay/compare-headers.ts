import type { Answer } from "./recorded-call.ts";

/** The headers that a client of ours reads, by `infra/`, `cli/` and the vendors' own clients. */
export const headersRead: readonly string[] = [
  "content-type",
  "fly-request-id",
  "link",
  "location",
  "retry-after",
  "x-accepted-github-permissions",
  "x-github-request-id",
  "x-neon-ret-request-id",
  "x-oauth-scopes",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
  "x-vercel-error",
  "x-vercel-id",
];

export interface HeaderDifference {
  readonly header: string;
  readonly recorded: string;
  readonly emulated: string;
}

/** Compares whether each header is there; of those with a meaning of their own, that meaning. */
export function compareHeaders(recorded: Answer, emulated: Answer): readonly HeaderDifference[] {
  return headersRead.flatMap((header) => {
    const [one, other] = [meaningOf(header, recorded), meaningOf(header, emulated)];
    return one === other ? [] : [{ header, recorded: one, emulated: other }];
  });
}

function meaningOf(header: string, { headers, hasBody }: Answer): string {
  const value = headers.get(header);
  // Of an answer without a body the type means nothing.
  if (value === null || (header === "content-type" && !hasBody)) return "nothing";
  if (header === "content-type") return (value.split(";")[0] ?? "").trim().toLowerCase();
  if (header === "link") return relationsOf(value);
  if (header === "x-vercel-error") return value;
  return "a value";
}

/** `next, last` of a list's links to its other pages. */
const relationsOf = (link: string): string =>
  [...link.matchAll(/;\s*rel="?([a-z]+)"?/g)].map(([, relation = ""]) => relation).join(", ");
