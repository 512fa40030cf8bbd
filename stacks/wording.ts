import { closest, distance } from "fastest-levenshtein";

/** The known name that a typo is nearest to, when it is near at all. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  // Two letters that changed places count as two: too many for a short name.
  const swapped = known.find((each) => lettersOf(each) === lettersOf(name));
  if (swapped !== undefined) return swapped;
  const best = closest(name, known);
  return distance(name, best) <= Math.max(1, Math.floor(name.length / 3)) ? best : undefined;
}

function lettersOf(name: string): string {
  return Array.from(name).sort().join("");
}

/** `1 file`, `2 files`. */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** What is reported of a stack that the project does not have. */
export function unknownStack(stack: string, known: readonly string[]): string {
  const meant = nearest(stack, known);
  const [first = "STACK"] = known;
  const help = meant
    ? `Did you mean: pulumi up --stack ${meant}`
    : `The stacks are ${known.join(", ")}: pulumi up --stack ${first}. One of them that was renamed: pulumi stack rename ${first} --stack ${stack}`;
  return `there is no stack ${stack}. ${help}`;
}
