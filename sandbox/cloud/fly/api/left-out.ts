import type { Context } from "hono";
import { refused } from "../../wire/call-notes.ts";
import { FlyError } from "./errors.ts";
import type { MachineConfig } from "./machine-config.ts";

/** Fields of a machine's config that would change what runs and that this sandbox does not carry out. */
const leftOutFields = ["containers", "files", "mounts", "schedule", "volumes"] as const;

/** Answers that Fly can do something which this sandbox cannot: never a success that did nothing. */
export function leaveOut(c: Context, what: string): never {
  refused(c, what);
  throw new FlyError(501, `not in this sandbox: ${what}`, "unimplemented");
}

/** Refuses a machine that would run otherwise than its config demands. */
export function refuseLeftOut(c: Context, config: MachineConfig): void {
  for (const field of leftOutFields) {
    const value = config[field];
    const isEmpty =
      value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) leaveOut(c, `config.${field}`);
  }
}
