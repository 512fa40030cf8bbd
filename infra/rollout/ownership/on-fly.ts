import type { Access } from "../../shared/cloud-access.ts";
import type { Fly, Machine, SecretDigest } from "../../fly/client.ts";
import { appPath, openFly } from "../../fly/client.ts";
import { ApiError } from "../../shared/json-api.ts";
import type { FoundThing } from "./found-thing.ts";
import { listed } from "./found-thing.ts";
import type { StackNames } from "./stack-names.ts";
import { things } from "./stack-names.ts";

/** The stack's apps, as far as they exist. */
export async function flyThings({ fly: names }: StackNames, access: Access): Promise<readonly FoundThing[]> {
  const fly = openFly(access);
  const found = await Promise.all([
    ...names.apps.map((app) => workerApp(app, names.secrets, fly)),
    ...(names.imageApp === undefined ? [] : [imageApp(names.imageApp, fly)]),
  ]);
  return found.flatMap((each) => each ?? []);
}

async function workerApp(
  app: string,
  declared: readonly string[],
  fly: Fly,
): Promise<FoundThing | undefined> {
  if (!(await appExists(app, fly))) return undefined;
  const [{ secrets }, machines] = await Promise.all([
    fly<{ readonly secrets: readonly SecretDigest[] }>({ method: "GET", path: `${appPath(app)}/secrets` }),
    fly<readonly Machine[]>({ method: "GET", path: `${appPath(app)}/machines` }),
  ]);
  const names = secrets.map(({ name }) => name).sort();
  const undeclared = names.filter((name) => !declared.includes(name));
  const set = names.filter((name) => declared.includes(name));
  const harm = [
    ...(undeclared.length === 0 ? [] : [`its secrets ${listed(undeclared)} would be deleted`]),
    ...(set.length === 0 ? [] : [`${listed(set)} would get other values`]),
    ...(machines.length === 0 ? [] : ["its machines would run the release"]),
  ];
  return {
    ...things.flyApp(app),
    state: `${counted(machines.length, "machine")}, ${names.length === 0 ? "no secret" : `the secrets ${listed(names)}`}`,
    harm: harm.length === 0 ? "it would belong to the stack, and end with it" : harm.join("; "),
  };
}

async function imageApp(app: string, fly: Fly): Promise<FoundThing | undefined> {
  if (!(await appExists(app, fly))) return undefined;
  return {
    ...things.flyApp(app),
    state: "it exists",
    harm: "images would be pushed to its registry",
  };
}

/** Fly answers 403 for an app of another organization, whose name the first rollout then cannot have. */
export async function appExists(app: string, fly: Fly): Promise<boolean> {
  try {
    await fly({ method: "GET", path: appPath(app) });
    return true;
  } catch (error) {
    if (error instanceof ApiError && [401, 403, 404].includes(error.status)) return false;
    throw error;
  }
}

function counted(count: number, what: string): string {
  return count === 0 ? `no ${what}` : `${String(count)} ${what}${count === 1 ? "" : "s"}`;
}
