import { delayProfiles } from "../cloud/wire/delay-profile.ts";
import { isSpent, type ActiveRule, type FaultList } from "../cloud/wire/faults.ts";
import { table } from "./table.ts";

/** Whether the clouds answer as they would without any fault. */
export const isQuiet = ({ profile, lag, rules }: FaultList): boolean =>
  profile === "none" && lag === undefined && rules.length === 0;

export function describeFaults({ profile, lag = {}, rules }: FaultList): string[] {
  const lags = Object.entries(lag).map(([cloud, milliseconds]) => `${cloud} ${String(milliseconds)} ms`);
  return [
    `delays: ${profile}, ${delayProfiles[profile]}`,
    ...(lags.length > 0 ? [`reads lag behind writes: ${lags.join(", ")}`] : []),
    ...table(rules.map(describeRule)),
  ];
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
