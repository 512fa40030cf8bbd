import { readCloudAccess } from "@rollout/infra/shared/cloud-access";
import { openGitHub } from "@rollout/infra/github/client";
import type { Candidate } from "@rollout/infra/rollout/gate-checks";
import type { ThingKind } from "@rollout/infra/rollout/ownership/stack-names";
import type { UnownedThing } from "@rollout/infra/rollout/ownership/unowned-things";
import { unownedThings } from "@rollout/infra/rollout/ownership/unowned-things";
import type { Plan, Step } from "./plan.ts";

/**
 * What exists under the stack's names and is not the stack's own: the engine plans to create it, since it is not in the
 * state. Empty where a rollout has passed the gate before.
 */
export async function readExisting(
  { steps, state }: Plan,
  environment: NodeJS.ProcessEnv,
): Promise<readonly UnownedThing[]> {
  const isGate = ({ type }: { readonly type: string }): boolean => type.endsWith("rollout:Gate");
  const candidate = steps.find(isGate)?.after as Candidate | undefined;
  if (!candidate?.names || state.some(isGate)) return [];
  const access = readCloudAccess(environment);
  const place = { ...candidate, names: candidate.names, records: candidate.records ?? {} };
  try {
    return await unownedThings(place, await openGitHub(access.github), access);
  } catch {
    // The program has asked the same for its forecast of the gate, whose warning has the reason.
    return [];
  }
}

/** The resources that take a thing over, by the end of their type and the input that names them. */
const resourcesOf: Readonly<Record<ThingKind, readonly (readonly [type: string, key: string])[]>> = {
  "Neon project": [["neon:Project", "name"]],
  "Neon branch": [["neon:Branch", "name"]],
  "Neon role": [
    ["neon:Role", "name"],
    ["neon:ApplicationRole", "name"],
  ],
  "Neon database": [["neon:Database", "name"]],
  "Fly app": [
    ["fly:App", "name"],
    ["fly:AppSecrets", "app"],
  ],
  "Railway service": [["railway:Service", "name"]],
  "Vercel project": [["vercel:index/project:Project", "name"]],
  "Vercel variable": [["vercel:Variable", "key"]],
  "Vercel domain": [["vercel:Live", "domain"]],
  "GitHub environment": [["github:index/repositoryEnvironment:RepositoryEnvironment", "environment"]],
  "GitHub secret": [["github:Secret", "name"]],
  "GitHub ruleset": [["github:Ruleset", "name"]],
};

/** Whether a step would take over a thing instead of creating one. */
export function takesOver({ type, operation, after }: Step, { kind, name }: UnownedThing): boolean {
  if (operation !== "create" && operation !== "import") return false;
  // Before its own name stands the place that it is in.
  const places = name.split("/");
  const own = places.at(-1);
  const isThere = kind !== "GitHub secret" || after?.["environment"] === places.at(-2);
  return isThere && resourcesOf[kind].some(([end, key]) => type.endsWith(end) && after?.[key] === own);
}
