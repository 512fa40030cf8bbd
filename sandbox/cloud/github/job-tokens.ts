import { randomBytes } from "node:crypto";
import type { EmulatorContext } from "../emulator.ts";

/** What each job of a workflow may do with the token that GitHub gives it, by the token. */
const permissionsByToken = new WeakMap<EmulatorContext, Map<string, Permissions>>();

/** Rights by name, as `permissions` of a workflow has them; what is not named is `none`. */
export type Permissions = Readonly<Record<string, "read" | "write" | "none">>;

/** A token for one job. It is valid until the emulator stops; at GitHub, until the job ends. */
export function makeJobToken(context: EmulatorContext, permissions: Permissions): string {
  const token = `ghs_${randomBytes(18).toString("hex")}`;
  const known = permissionsByToken.get(context) ?? new Map<string, Permissions>();
  permissionsByToken.set(context, known.set(token, permissions));
  return token;
}

/** The permissions of a job's token; nothing for any other token. */
export const permissionsOf = (
  context: EmulatorContext,
  token: string | undefined,
): Permissions | undefined => (token === undefined ? undefined : permissionsByToken.get(context)?.get(token));
