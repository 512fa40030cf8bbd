import { randomInt } from "node:crypto";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A random name in the vendor's alphabet. */
export function randomName(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}

export const newProjectId = (): string => `prj_${randomName(28)}`;
export const newDeploymentId = (): string => `dpl_${randomName(28)}`;
export const newVariableId = (): string => randomName(16);
export const newAliasId = (): string => randomName(40);
/** The secret that lets automation past deployment protection: 32 letters and digits. */
export const newBypassSecret = (): string => randomName(32);
