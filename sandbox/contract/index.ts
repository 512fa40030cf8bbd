import type { Contract } from "../cloud/wire/answer-check.ts";

/** Opens the vendors' documents. There are none yet: every answer passes, and a call goes by its path. */
export async function openContract(): Promise<Contract> {
  return { check: () => [], callName: ({ method, path }) => `${method} ${path}` };
}
