import type { FaultRule } from "../../sandbox/cloud/wire/fault-rule.ts";
import type { SeenCall } from "../../sandbox/cloud/wire/wire.ts";

type Call = Pick<SeenCall, "cloud" | "method" | "pattern">;
type Rule = Omit<FaultRule, "cloud" | "method" | "path">;

/** What befalls a call, or the rollout while it makes the call. */
export interface Fault {
  readonly name: string;
  /** At the cloud's door: once, or for every such call from then on. */
  readonly rule?: Rule;
  /** The reads of this cloud lag behind from this call on, in milliseconds. */
  readonly lag?: number;
  /** The rollout's processes are killed: before the cloud has the call, or once it has done it. */
  readonly kill?: "before" | "after";
  /** Another rollout takes the lease. */
  readonly losesLease?: boolean;
  /** Whether it makes sense for this call. Absent: for every one. */
  readonly fits?: (call: Call) => boolean;
}

const isWrite = ({ method }: Call): boolean => method !== "GET" && method !== "HEAD";
const once = { times: 1 };
const hour = 3_600_000;

/** Reads, which have no effect, meet one fault of each kind; changes meet all. */
export const faults: readonly Fault[] = [
  { name: "429", rule: { kind: "status", status: 429, ...once } },
  { name: "429 without retry-after", rule: { kind: "throttled", ...once }, fits: isWrite },
  { name: "429 for good", rule: { kind: "throttled" }, fits: isWrite },
  {
    name: "403 secondary limit",
    rule: { kind: "secondary-limit", ...once },
    fits: ({ cloud }) => cloud === "github",
  },
  { name: "500", rule: { kind: "status", status: 500, ...once }, fits: isWrite },
  { name: "503", rule: { kind: "status", status: 503, ...once } },
  { name: "503 for good", rule: { kind: "status", status: 503 } },
  {
    name: "409",
    rule: { kind: "status", status: 409, ...once },
    fits: (call) => isWrite(call) && call.cloud !== "neon",
  },
  {
    name: "423",
    rule: { kind: "status", status: 423, ...once },
    fits: (call) => isWrite(call) && call.cloud === "neon",
  },
  { name: "no answer", rule: { kind: "hang", ...once } },
  { name: "reset", rule: { kind: "reset", ...once }, fits: isWrite },
  { name: "answer lost before", rule: { kind: "lost-before", ...once }, fits: isWrite },
  { name: "answer lost after", rule: { kind: "lost-after", ...once } },
  { name: "lost for good", rule: { kind: "lost-before" }, fits: isWrite },
  { name: "empty answer", rule: { kind: "empty", ...once } },
  { name: "malformed answer", rule: { kind: "malformed", ...once } },
  { name: "HTML page", rule: { kind: "page", ...once } },
  { name: "HTML page of a 502", rule: { kind: "page", status: 502, ...once }, fits: isWrite },
  { name: "slow drip", rule: { kind: "drip", milliseconds: 10_000, ...once }, fits: isWrite },
  { name: "lagging reads", lag: 5_000, fits: isWrite },
  { name: "killed before", kill: "before" },
  { name: "killed after", kill: "after", fits: isWrite },
  { name: "lease lost", losesLease: true },
];

/** The rule that a fault puts at a cloud, for the n-th such call of the step. */
export function ruleOf(
  fault: Fault,
  { cloud, method, pattern: path }: Call,
  skip: number,
): FaultRule | undefined {
  const at = { cloud, method, path, ...(skip > 0 ? { skip } : {}) };
  if (fault.kill === "before") return { ...at, kind: "hang" };
  // The first piece of the answer never comes to its end.
  if (fault.kill === "after") return { ...at, kind: "drip", milliseconds: hour };
  return fault.rule && { ...at, ...fault.rule };
}
