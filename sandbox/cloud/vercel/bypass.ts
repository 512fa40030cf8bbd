import { z } from "zod";
import { user } from "./account.ts";
import { badRequest } from "./errors.ts";
import { newBypassSecret } from "./ids.ts";
import type { Project } from "./state.ts";

export const bypassBody = z.strictObject({
  generate: z
    .strictObject({
      secret: z
        .string()
        .regex(/^[A-Za-z0-9]{32}$/, "should be 32 letters and digits")
        .optional(),
      note: z.string().optional(),
    })
    .optional(),
  revoke: z.strictObject({ secret: z.string(), regenerate: z.boolean() }).optional(),
  update: z
    .strictObject({ secret: z.string(), isEnvVar: z.boolean().optional(), note: z.string().optional() })
    .optional(),
});

type Change = z.output<typeof bypassBody>;

/** Adds, revokes or updates the secrets that pass the protection of a project. @throws VercelError */
export function changeBypass(project: Project, { generate, revoke, update }: Change): void {
  const secrets = project.protectionBypass;
  for (const each of [revoke, update])
    if (each && !secrets[each.secret])
      throw badRequest("The provided automation bypass secret does not exist.");
  if (update) updateBypass(project, update);
  if (revoke) revokeBypass(project, revoke);
  if (generate || (!revoke && !update))
    addBypass(project, generate?.secret ?? newBypassSecret(), generate?.note);
  project.updatedAt = Date.now();
}

function updateBypass(
  { protectionBypass: secrets }: Project,
  { secret, ...change }: NonNullable<Change["update"]>,
): void {
  // Exactly one is offered to deployments as VERCEL_AUTOMATION_BYPASS_SECRET: another takes over, none cannot.
  if (change.isEnvVar === false && secrets[secret]?.isEnvVar)
    throw badRequest("Another automation bypass must be made the environment variable instead.");
  if (change.isEnvVar) for (const other of Object.values(secrets)) other.isEnvVar = false;
  Object.assign(secrets[secret] ?? {}, change);
}

function revokeBypass(project: Project, { secret, regenerate }: NonNullable<Change["revoke"]>): void {
  const secrets = project.protectionBypass;
  // vercel/terraform-provider-vercel, acceptance test "must promote before revoking"; the last one can be revoked.
  if (secrets[secret]?.isEnvVar && !regenerate && Object.keys(secrets).length > 1)
    throw badRequest("Another automation bypass must be made the environment variable first.");
  Reflect.deleteProperty(secrets, secret);
  if (regenerate) addBypass(project, newBypassSecret(), undefined);
}

function addBypass({ protectionBypass }: Project, secret: string, note: string | undefined): void {
  protectionBypass[secret] = {
    createdAt: Date.now(),
    createdBy: user.id,
    scope: "automation-bypass",
    isEnvVar: !Object.values(protectionBypass).some((each) => each.isEnvVar),
    ...(note === undefined ? {} : { note }),
  };
}
