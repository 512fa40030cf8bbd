import { nearest } from "./nearest.ts";

/** `1 file`, `2 files`. */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** What is told of a stack that the project does not have. */
export function unknownStack(stack: string, known: readonly string[]): string {
  const meant = nearest(stack, known);
  const [first = "STACK"] = known;
  const help = meant
    ? `Did you mean: pulumi up --stack ${meant}`
    : `The stacks are ${known.join(", ")}: pulumi up --stack ${first}. One of them that was renamed: pulumi stack rename ${first} --stack ${stack}`;
  return `there is no stack ${stack}. ${help}`;
}
