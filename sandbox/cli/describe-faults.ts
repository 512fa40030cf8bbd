import type { WireStatus } from "../cloud/server/control.ts";
import { delayProfiles } from "../cloud/wire/delay-profile.ts";
import { isSpent, type ActiveRule } from "../cloud/wire/faults.ts";
import { table } from "./table.ts";

export type FaultList = WireStatus["faults"];

/** Whether the clouds answer as they would without any fault. */
export const isQuiet = ({ profile, rules }: FaultList): boolean => profile === "none" && rules.length === 0;

export function describeFaults({ profile, rules }: FaultList): string[] {
  return [`delays: ${profile}, ${delayProfiles[profile]}`, ...table(rules.map(describeRule))];
}

function describeRule(rule: ActiveRule): string[] {
  const { cloud, method = "any method", path, kind, status, milliseconds, times, skip, hits } = rule;
  const detail = [
    ...(status === undefined ? [] : [String(status)]),
    ...(milliseconds === undefined ? [] : [`${milliseconds} ms`]),
  ].join(" ");
  const after = skip === undefined ? "" : `, after the first ${skip}`;
  return [
    `${rule.id}`,
    cloud,
    method,
    path,
    `${kind} ${detail}`.trimEnd(),
    `${isSpent(rule) ? "over: " : ""}met by ${hits}${times === undefined ? "" : ` of ${times}`}${after}`,
  ];
}
