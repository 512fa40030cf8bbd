import type { Contract } from "../cloud/wire/answer-check.ts";
import type { CloudName } from "../cloud/stand-in.ts";
import { type CheckCall, type CloudContract, nameOf, sandboxsOwn } from "./call.ts";
import { openFindCall } from "./find-call.ts";
import { github } from "./github/index.ts";
import { neon } from "./neon/index.ts";
import { vercel } from "./vercel/index.ts";

export const contracts: Partial<Record<CloudName, CloudContract>> = { neon, vercel, github };

/** Opens the vendors' documents; each is loaded when its cloud first answers. */
export async function openContract(): Promise<Contract> {
  await Promise.all(Object.values(contracts).map((each) => each.prepare()));
  const opened = new Map<CloudName, { find: ReturnType<typeof openFindCall>; check: () => CheckCall }>();
  const open = (cloud: CloudName): ReturnType<typeof opened.get> => {
    const contract = contracts[cloud];
    if (!contract || opened.has(cloud)) return opened.get(cloud);
    let check: CheckCall | undefined;
    const find = openFindCall(contract.calls, contract.bases);
    opened.set(cloud, { find, check: () => (check ??= contract.open()) });
    return opened.get(cloud);
  };
  return {
    callName: ({ cloud, method, path }) => {
      if (!contracts[cloud]) return `${method} ${path}`;
      const found = open(cloud)?.find(method, path);
      return found && nameOf(found.call);
    },
    check: (seen) => {
      if (!contracts[seen.cloud]) return [];
      const contract = open(seen.cloud);
      const found = contract?.find(seen.method, seen.path);
      if (found?.call.document === sandboxsOwn) return [];
      if (contract && found) return contract.check()(found.call, seen, found.path);
      // Refusing what no document has is what the vendor does too.
      return seen.status >= 400 ? [] : ["was answered, and sandbox/contract has no document for it"];
    },
  };
}
