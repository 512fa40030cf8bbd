import { textOf } from "@rollout/infra/rollout/ownership/stack-names";
import type { Adoption } from "./adoption.ts";

/** The adoption for people, who then answer yes or no. */
export function adoptionText(stack: string, { things, missing, changes }: Adoption): string {
  const lines = (title: string, all: readonly string[]): string =>
    all.length === 0 ? "" : `${title}\n${all.map((each) => `  ${each}\n`).join("")}`;
  return [
    lines(
      `Exists under the names of ${stack}, and is taken over as it is:`,
      things.map((thing) => `${textOf(thing)} (${thing.state})`),
    ),
    lines(
      "Resources that the state gets:",
      missing.map(({ name, id }) => `${name} (${id})`),
    ),
    lines(
      "Nothing of it changes now. The next rollout changes:",
      changes.map(({ resource, what }) => `${resource}: ${what}`),
    ),
  ].join("");
}

/** The same as an object. */
export function adoptionData(stack: string, { things, missing, changes, foreign }: Adoption): object {
  return {
    kind: "adoption",
    stack,
    things: things.map((thing) => ({ thing: textOf(thing), state: thing.state })),
    resources: missing.map(({ name, id }) => ({ name, id })),
    changes,
    foreign: foreign.map((thing) => ({
      ...{ thing: textOf(thing), belongsTo: thing.belongsTo },
      obstacle: thing.obstacle,
    })),
  };
}
