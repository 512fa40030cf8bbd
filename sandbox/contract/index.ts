import type { Contract } from "../cloud/wire/answer-check.ts";
import type { CloudName } from "../cloud/emulator.ts";
import { type CheckCall, type CloudContract, nameOf, sandboxsOwn } from "./call.ts";
import { type FindCall, openFindCall } from "./find-call.ts";
import { ai } from "./ai/index.ts";
import { fly } from "./fly/index.ts";
import { github } from "./github/index.ts";
import { neon } from "./neon/index.ts";
import { railway } from "./railway/index.ts";
import { vercel } from "./vercel/index.ts";
import { type CheckSeen, openCheckSeen } from "./seen/check-seen.ts";
import { facts } from "./seen/index.ts";

export const contracts: Readonly<Record<CloudName, CloudContract>> = {
  neon,
  fly,
  vercel,
  github,
  railway,
  ai,
};

interface Opened {
  readonly find: FindCall;
  /** Holds an answer against the vendor's document. */
  readonly check: CheckCall;
  /** Holds it against what the real cloud was seen to answer. */
  readonly checkSeen: CheckSeen;
}

/** Opens the vendors' documents; each is loaded when its cloud first answers. */
export async function openContract(): Promise<Contract> {
  await Promise.all(Object.values(contracts).map((each) => each.prepare()));
  const opened = new Map<CloudName, Opened>();
  const open = (cloud: CloudName): Opened => {
    const known = opened.get(cloud);
    if (known) return known;
    const { calls, bases, open } = contracts[cloud];
    const contract = {
      find: openFindCall(calls, bases),
      check: open(),
      checkSeen: openCheckSeen(facts[cloud]),
    };
    opened.set(cloud, contract);
    return contract;
  };
  return {
    callName: ({ cloud, method, path }) => {
      const found = open(cloud).find(method, path);
      return found && nameOf(found.call);
    },
    check: (seen) => {
      const { find, check, checkSeen } = open(seen.cloud);
      const found = find(seen.method, seen.path);
      if (!found) return ["was answered, and sandbox/contract has no document for it"];
      const { call, path } = found;
      if (call.document === sandboxsOwn) return [];
      // One fault is reported once, and what the document has is fixed first.
      const wrong = check(call, seen, path);
      return wrong.length > 0 ? wrong : checkSeen(call, seen);
    },
  };
}
