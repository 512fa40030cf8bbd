import { randomBytes } from "node:crypto";
import { ApiError, NoAnswer } from "../shared/json-api.ts";
import { waitUntil } from "../shared/wait-until.ts";
import { isWithoutCapacity, withoutCapacity } from "./capacity.ts";
import type { Fly, Machine } from "./client.ts";
import { appPath } from "./client.ts";
import { machinesOf } from "./machines.ts";

/** A machine to create, as the Machines API takes it. */
export interface NewMachine {
  readonly region: string;
  readonly config: object;
  readonly min_secrets_version?: number;
}

/**
 * Creates one machine. After a 503 or a lost answer Fly may have created it, so it has a name of its own, by which it is
 * looked up before the create is repeated; Fly takes no second machine of one name in an app.
 *
 * @throws Error where Fly has no capacity, at once, or does not create it within the limit.
 */
export function addMachine(
  app: string,
  machine: NewMachine,
  limitMilliseconds: number,
  fly: Fly,
): Promise<Machine> {
  const name = `rollout-${randomBytes(6).toString("hex")}`;
  return waitUntil(
    { what: `Fly to create a machine of ${app} in ${machine.region}`, limitMilliseconds },
    async () => {
      try {
        const body = { name, ...machine };
        return { done: await fly<Machine>({ method: "POST", path: `${appPath(app)}/machines`, body }) };
      } catch (error) {
        if (isWithoutCapacity(error)) throw withoutCapacity(`in ${machine.region}`, error);
        if (!isUndecided(error)) throw error;
        const made = (await machinesOf(app, fly)).find((each) => each.name === name);
        return made ? { done: made } : { pending: error.message };
      }
    },
  );
}

/** Fly's own number of the app's secrets is not known everywhere at once. */
export function isSecretsVersionMissing(error: unknown): boolean {
  return error instanceof Error && /min_secrets_version \d+ is not yet available/.test(error.message);
}

/** Whether the machine may be there already, or can be created later. */
function isUndecided(error: unknown): error is Error {
  if (error instanceof NoAnswer) return true;
  if (!(error instanceof ApiError)) return false;
  const isNameTaken = error.status === 409 && /name/.test(error.message);
  return error.status >= 500 || isNameTaken || isSecretsVersionMissing(error);
}
