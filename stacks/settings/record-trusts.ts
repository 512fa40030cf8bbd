import type { RecordTrusts } from "@rollout/infra/rollout/records/signature";
import type { EnvironmentKind } from "../environments.ts";
import { environments } from "../environments.ts";
import type { Settings } from "./schema.ts";

/**
 * Whose entries count, by environment: of the stack's own and of every other that its file has a key of. Undefined for an
 * environment of a pull request, which has no record.
 */
export function recordTrusts(
  { environment, pullRequest }: EnvironmentKind,
  { record }: Settings,
): RecordTrusts | undefined {
  if (pullRequest !== undefined) return undefined;
  const trusts = Object.entries(environments).flatMap(([stack, kind]) => {
    const keys = record.keys.filter((key) => key.stack === stack).map(({ stack: _stack, ...key }) => key);
    const trusted = record.trusted[stack];
    const { lost } = record;
    return keys.length > 0 || kind.environment === environment
      ? [[kind.environment, { keys, ...(trusted === undefined ? {} : { trusted }), lost }] as const]
      : [];
  });
  return Object.fromEntries(trusts);
}

/** What is wrong where no entries would count. */
export function recordKeyFaults(
  stack: string,
  { pullRequest, provenOn }: EnvironmentKind,
  { record }: Settings,
): readonly string[] {
  if (pullRequest !== undefined) return [];
  const needed = [stack, ...(provenOn ? [provenOn.stack] : [])];
  return needed
    .filter((each) => !record.keys.some((key) => key.stack === each))
    .map(
      (each) =>
        `rollout:record.keys has no key of ${each}, so that no entry of its record would count. Make one: bin/rollout signing-key --stack ${each}`,
    );
}
