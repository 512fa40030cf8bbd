import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import type { SeenVariable, VercelClient } from "../client.ts";
import { openVercel } from "../client.ts";
import { isSetFor, jointTargets, separateFirst } from "../variable-targets.ts";

export interface VariableInputs {
  readonly projectId: string;
  readonly team: string;
  readonly key: string;
  /** Secret. */
  readonly value: string;
  /** `preview` or `production`: whose deployments it is frozen into. */
  readonly target: "preview" | "production";
  /** Git branch whose deployments alone get it: in the states of earlier versions, whose previews had such. */
  readonly gitBranch?: string;
}

export interface VariableOutputs extends VariableInputs {
  readonly variableId: string;
  /** When it was set, in milliseconds: all that shows a change of a value that cannot be read. */
  readonly updatedAt: number;
}

/**
 * A variable of a project, write-only at Vercel. One of the same key, target and branch is taken the place of: it was made by
 * a create whose answer was lost, or by a user.
 */
export const provider: ProviderModule<VariableInputs, VariableOutputs> = {
  replaceOn: ["projectId", "key", "target", "gitBranch"],
  deleteBeforeReplace: true,

  async create(news, { access }) {
    const outputs = await set(news, await openVercel(access.vercel));
    return { id: outputs.variableId, outputs };
  },

  async read(_id, olds, { access }) {
    const vercel = await openVercel(access.vercel);
    const seen = (await variablesOf(olds, vercel))?.find((each) => each.id === olds.variableId);
    return seen && { outputs: olds, changedOutOfBand: changesSince(olds, seen) };
  },

  async adopt(id, inputs, { access }) {
    const seen = (await variablesOf(inputs, await openVercel(access.vercel)))?.find((each) => each.id === id);
    return { ...inputs, value: "", variableId: id, updatedAt: seen?.updatedAt ?? 0 };
  },

  async update(_id, olds, news, { access }) {
    // By its number too: moved to another target out of band, it would stay there.
    return set(news, await openVercel(access.vercel), olds.variableId);
  },

  async delete(_id, olds, { access }) {
    await removeVariable(olds, olds.variableId, await openVercel(access.vercel));
  },
};

/** @param ownId The variable that the stack has set before. */
async function set(news: VariableInputs, vercel: VercelClient, ownId?: string): Promise<VariableOutputs> {
  const { projectId, team, key, value, target } = news;
  const seen = (await variablesOf(news, vercel))?.filter(isMeant(news)) ?? [];
  for (const each of seen) if (each.id !== ownId) assertSeparate(key, target, jointTargets(each));
  // Replaced, since Vercel does not change the type of a variable that was sensitive.
  const replaced = new Set([...(ownId === undefined ? [] : [ownId]), ...seen.map(({ id }) => id)]);
  for (const id of replaced) await removeVariable(news, id, vercel);
  const { created } = await vercel.setVariable({
    idOrName: projectId,
    teamId: team,
    upsert: "true",
    requestBody: {
      key,
      value,
      type: "sensitive",
      target: [target],
    },
  });
  // From the answer: the list may not show it yet.
  if (!created)
    throw new Error(`Vercel accepted the variable ${key} of ${target} and answered without its id`);
  return { ...news, variableId: created.id, updatedAt: created.updatedAt ?? 0 };
}

/** Vercel's upsert would replace it, and its value for the other targets would be lost. */
function assertSeparate(key: string, target: string, targets: string | undefined): void {
  if (targets !== undefined)
    throw new Error(
      `the variable ${key} is set for ${targets} together, and a rollout sets it for ${target} alone: ${separateFirst}, ` +
        "then run the same command again",
    );
}

function isMeant({ key, target, gitBranch }: VariableInputs): (seen: SeenVariable) => boolean {
  // One of a git branch is another one, and takes precedence there over that of all branches.
  return (seen) => seen.key === key && isSetFor(seen, target, gitBranch);
}

function changesSince(olds: VariableOutputs, seen: SeenVariable): readonly string[] {
  return [
    ...(seen.key === olds.key ? [] : [`it is called ${seen.key}`]),
    ...(seen.target.join() === olds.target
      ? []
      : [`its target is ${seen.target.join(" and ") || "nothing"}`]),
    ...(seen.type === "sensitive" ? [] : [`it is ${seen.type} instead of sensitive`]),
    ...((seen.gitBranch ?? undefined) === olds.gitBranch
      ? []
      : [seen.gitBranch ? `it is for the git branch ${seen.gitBranch} alone` : "it is for every git branch"]),
    ...((seen.updatedAt ?? 0) === olds.updatedAt ? [] : ["it was set again"]),
  ];
}

async function variablesOf(
  { projectId, team }: VariableInputs,
  vercel: VercelClient,
): Promise<readonly SeenVariable[] | undefined> {
  return (await ignoreNotFound(vercel.getVariables({ idOrName: projectId, teamId: team })))?.envs;
}

async function removeVariable(
  { projectId, team }: VariableInputs,
  id: string,
  vercel: VercelClient,
): Promise<void> {
  await ignoreNotFound(vercel.deleteVariable({ idOrName: projectId, teamId: team, id }));
}
