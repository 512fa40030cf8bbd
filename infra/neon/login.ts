import { randomBytes } from "node:crypto";

/** By what a client logs in. The password is secret. */
export interface Login {
  readonly name: string;
  readonly password: string;
}

/** Secret: 256 random bits. */
export const newPassword = (): string => randomBytes(32).toString("base64url");

/** How many characters a name of PostgreSQL has at most, and how many of them tell one login of a role from another. */
const [longest, suffix] = [63, 9];

/**
 * The names of a role's later logins begin with it: `shop_app_` and eight hexadecimal digits. PostgreSQL would cut off what is
 * longer than it allows.
 */
export const loginPrefix = (role: string): string => `${role.slice(0, longest - suffix)}_`;

/** A login of its own for each password of a role: never one that is in use, whatever was interrupted before. */
export function newLogin(role: string): Login {
  return { name: `${loginPrefix(role)}${randomBytes(4).toString("hex")}`, password: newPassword() };
}
