import { z } from "zod";
import { VercelError, badRequest } from "./errors.ts";
import { newVariableId } from "./ids.ts";
import type { Project, Target, Variable, VercelState } from "./state.ts";

const targets = z.array(z.enum(["production", "preview", "development"])).min(1);

/** A variable as POST takes it. */
export const variableBody = z.strictObject({
  key: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/, "should be letters, digits and underscores"),
  value: z.string().max(65_536),
  type: z.enum(["plain", "encrypted", "sensitive", "system"]),
  target: z.union([targets, z.enum(["production", "preview", "development"]).transform((one) => [one])]),
  gitBranch: z.string().nullable().optional(),
  comment: z.string().max(500).optional(),
  customEnvironmentIds: z.array(z.string()).optional(),
  // The vercel CLI sends it with the type, which means the same; it is not kept.
  visibility: z.enum(["secret", "config"]).optional(),
});
export type VariableBody = z.output<typeof variableBody>;

/** A variable as PATCH takes it: what is absent stays. */
export const variableChange = variableBody.partial();
export type VariableChange = z.output<typeof variableChange>;

export interface Added {
  readonly created: readonly Variable[];
  readonly failed: readonly VercelError[];
}

/** Adds what can be added. With `isUpsert`, a variable of the same key, target and branch is replaced. */
export function addVariables(
  state: VercelState,
  project: Project,
  bodies: readonly VariableBody[],
  isUpsert: boolean,
): Added {
  const created: Variable[] = [];
  const failed: VercelError[] = [];
  for (const body of bodies) {
    const gitBranch = body.gitBranch ?? null;
    const conflicting = findConflict(state, project.id, body.key, body.target, gitBranch);
    const now = Date.now();
    const variable: Variable = {
      id: newVariableId(),
      projectId: project.id,
      createdAt: now,
      updatedAt: now,
      key: body.key,
      value: body.value,
      type: body.type,
      target: body.target,
      gitBranch,
      comment: body.comment ?? null,
      customEnvironmentIds: body.customEnvironmentIds ?? [],
    };
    const fault = faultOf(project, variable);
    if (fault) {
      failed.push(fault);
    } else if (!conflicting) {
      state.variables[variable.id] = variable;
      created.push(variable);
    } else if (isUpsert) {
      const { id, createdAt } = conflicting;
      state.variables[id] = { ...variable, id, createdAt };
      created.push(state.variables[id]);
    } else {
      failed.push(conflict(conflicting, body.target, gitBranch));
    }
  }
  return { created, failed };
}

/** @throws VercelError where the vendor would refuse the change */
export function changeVariable(state: VercelState, variable: Variable, change: VariableChange): void {
  if (variable.type === "sensitive" && change.type !== undefined && change.type !== "sensitive")
    throw badRequest("You cannot change the type of a Sensitive Environment Variable.");
  const changed: Variable = {
    ...variable,
    key: change.key ?? variable.key,
    value: change.value ?? variable.value,
    type: change.type ?? variable.type,
    target: change.target ?? variable.target,
    gitBranch: change.gitBranch === undefined ? variable.gitBranch : change.gitBranch,
    comment: change.comment ?? variable.comment,
    customEnvironmentIds: change.customEnvironmentIds ?? variable.customEnvironmentIds,
    updatedAt: Date.now(),
  };
  const fault = faultOf(state.projects[variable.projectId], changed);
  if (fault) throw fault;
  const { projectId, key, target, gitBranch, id } = changed;
  const conflicting = findConflict(state, projectId, key, target, gitBranch, id);
  if (conflicting) throw conflict(conflicting, target, gitBranch);
  state.variables[id] = changed;
}

/** The branch that Vercel builds production from, as a connected repository has it here. */
export const productionBranch = "main";

function faultOf(
  project: Project | undefined,
  { type, target, gitBranch }: Variable,
): VercelError | undefined {
  if (type === "sensitive" && target.includes("development"))
    return badRequest("You cannot set a Sensitive Environment Variable's target to development.");
  if (gitBranch !== null && (target.length !== 1 || target[0] !== "preview"))
    return badRequest("A git branch can only be set for the target preview.");
  // Seen in two repositories' reports; how Vercel words it is in none of them.
  if (gitBranch !== null && !project?.gitRepository)
    return badRequest("A git branch can only be set where the project is connected to a Git repository.");
  // vercel/vercel#15763
  if (gitBranch === productionBranch)
    return badRequest(
      `Cannot set Production Branch "${productionBranch}" for a Preview Environment Variable.`,
    );
  return undefined;
}

function findConflict(
  state: VercelState,
  projectId: string,
  key: string,
  target: readonly Target[],
  gitBranch: string | null,
  exceptId?: string,
): Variable | undefined {
  return Object.values(state.variables).find(
    (other) =>
      other.id !== exceptId &&
      other.projectId === projectId &&
      other.key === key &&
      other.gitBranch === gitBranch &&
      other.target.some((each) => target.includes(each)),
  );
}

function conflict({ id, key }: Variable, target: readonly Target[], gitBranch: string | null): VercelError {
  const branch = gitBranch === null ? "" : ` on branch ${gitBranch}`;
  return new VercelError(
    400,
    "ENV_CONFLICT",
    `A variable with the name \`${key}\` already exists for the target ${target.join(",")}${branch}`,
    { envVarId: id, envVarKey: key, key, target, ...(gitBranch === null ? {} : { gitBranch }) },
  );
}
