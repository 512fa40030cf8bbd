import { randomBytes } from "node:crypto";
import { actionsAppId } from "./actions-app.ts";
import type { EmulatorContext } from "../emulator.ts";

/** What each job of a workflow, or an App, may do with the token that GitHub gives it, by the token. */
const givenByToken = new WeakMap<EmulatorContext, Map<string, Given>>();

interface Given {
  readonly permissions: Permissions;
  /** The App whose token it is; that of a job is of GitHub Actions. */
  readonly app: number;
}

/** Rights by name, as `permissions` of a workflow has them; what is not named is `none`. */
export type Permissions = Readonly<Record<string, "read" | "write" | "none">>;

/** A token for one job, or of an App. It is valid until the emulator stops; at GitHub, until the job ends, or an hour. */
export function makeJobToken(context: EmulatorContext, permissions: Permissions, app = actionsAppId): string {
  const token = `ghs_${randomBytes(18).toString("hex")}`;
  const known = givenByToken.get(context) ?? new Map<string, Given>();
  givenByToken.set(context, known.set(token, { permissions, app }));
  return token;
}

/** The permissions of a job's token; nothing for any other token. */
export const permissionsOf = (context: EmulatorContext, token: string | undefined): Permissions | undefined =>
  givenBy(context, token)?.permissions;

/** The App whose token it is; nothing for a user's. */
export const appOf = (context: EmulatorContext, token: string | undefined): number | undefined =>
  givenBy(context, token)?.app;

const givenBy = (context: EmulatorContext, token: string | undefined): Given | undefined =>
  token === undefined ? undefined : givenByToken.get(context)?.get(token);
