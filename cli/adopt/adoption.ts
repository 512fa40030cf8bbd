import { adoptedOutputs } from "@rollout/infra/engine/dispatch";
import type { StackNames } from "@rollout/infra/rollout/ownership/stack-names";
import { thingsOf } from "@rollout/infra/rollout/ownership/stack-names";
import type { UnownedThing } from "@rollout/infra/rollout/ownership/unowned-things";
import { unownedThings } from "@rollout/infra/rollout/ownership/unowned-things";
import type { AdoptedResource } from "../../stacks/adopted-resource.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import type { AdoptionChange } from "./differences.ts";
import { differencesIn } from "./differences.ts";
import { flyResources } from "./on-fly.ts";
import { githubResources } from "./on-github.ts";
import { neonAdoption } from "./on-neon.ts";
import { railwayAdoption } from "./on-railway.ts";
import { vercelResources } from "./on-vercel.ts";

/** What is taken over, and what the next rollout does to it. */
export interface Adoption {
  /** What exists under the stack's names and is not known to be the stack's. */
  readonly things: readonly UnownedThing[];
  /** Those of them that cannot be adopted: nothing is where there is one. */
  readonly foreign: readonly UnownedThing[];
  /** Every resource whose thing exists. */
  readonly resources: readonly AdoptedResource[];
  /** Those that the state lacks. */
  readonly missing: readonly AdoptedResource[];
  readonly changes: readonly AdoptionChange[];
}

/** Looks for what exists. Only reads. */
export async function lookForAdoption(
  context: OpenEnvironment,
  names: StackNames,
  inState: readonly string[],
): Promise<Adoption> {
  const { access, github, onGitHub } = context;
  const place = { ...onGitHub, names };
  const [things, neon, railway, ...found] = await Promise.all([
    unownedThings(place, github, access),
    neonAdoption(context),
    railwayAdoption(context, names),
    flyResources(context, names),
    vercelResources(context, names),
    githubResources(context, names),
  ]);
  const seen = await Promise.all(
    [...neon.resources, ...found.flat(), ...railway.resources].map(async (resource) => ({
      resource,
      ...(await lookAt(resource, context, names)),
    })),
  );
  const resources = seen.filter(({ isReadable }) => isReadable).map(({ resource }) => resource);
  // A rollout has made the rest since: the engine would delete it where the program declares these resources alone.
  const isRolledOut = inState.includes("gate");
  return {
    things,
    foreign: things.filter(
      ({ harm, belongsTo, obstacle }) =>
        belongsTo !== undefined || obstacle !== undefined || (isRolledOut && harm !== undefined),
    ),
    resources,
    missing: isRolledOut ? [] : resources.filter(({ name }) => !inState.includes(name)),
    changes: [
      ...seen.flatMap(({ resource, whats }) => whats.map((what) => ({ resource: resource.name, what }))),
      ...neon.changes,
      ...railway.changes,
    ].filter(({ resource }) => !inState.includes(resource)),
  };
}

/** The names that are entered as the stack's. */
export function adoptedNames({ things }: Adoption, names: StackNames): readonly UnownedThing[] {
  const all = thingsOf(names);
  return things.filter((thing) => all.some(({ kind, name }) => kind === thing.kind && name === thing.name));
}

interface Looked {
  /** Whether it can be taken over with all that the stack has to know of it. */
  readonly isReadable: boolean;
  readonly whats: readonly string[];
}

async function lookAt(
  resource: AdoptedResource,
  { access }: OpenEnvironment,
  names: StackNames,
): Promise<Looked> {
  const { kind, path, id, inputs } = resource;
  if (kind === "github environment")
    return { isReadable: true, whats: ["its rules become those of the settings, where they differ"] };
  if (kind !== "module") return { isReadable: true, whats: [] };
  try {
    const outputs = await adoptedOutputs(path, id, inputs, access);
    return { isReadable: true, whats: differencesIn(resource, outputs, names) };
  } catch (error) {
    // Neon shows no password of a role that was made by SQL.
    if (path !== "neon/application-role") throw error;
    const reason = (error as Error).message.split("\n")[0] ?? "";
    return {
      isReadable: false,
      whats: [`it gets a new password, since the one that it has cannot be read: ${reason}`],
    };
  }
}
