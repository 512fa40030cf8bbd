import { UsageError } from "../usage-error.ts";
import type { Profile } from "./profile-schema.ts";

export interface LoadPlace {
  /** Whether the data of users is there. */
  readonly isProduction: boolean;
  /** Whether the user has named that, by --yes-production. */
  readonly yesProduction: boolean;
  readonly mostPerSecond: number;
  readonly stack: string;
}

/**
 * Production is load-tested only where the user says so, and by a rate that is bounded: by connections a fast application is sent as much as
 * it takes.
 *
 * @throws UsageError before anything is sent.
 */
export function requireAllowed(
  { ratePerSecond }: Profile,
  file: string,
  { isProduction, yesProduction, mostPerSecond, stack }: LoadPlace,
): void {
  if (!isProduction) return;
  const bound = `rollout:load.mostPerSecond is ${String(mostPerSecond)}`;
  const faults = [
    ...(yesProduction
      ? []
      : [`expected --yes-production: users are served there, and its jobs are real ones`]),
    ...(ratePerSecond === undefined
      ? [`${file}: expected ratePerSecond in place of connections, since only a rate is bounded (${bound})`]
      : ratePerSecond > mostPerSecond
        ? [`${file}: ratePerSecond is ${String(ratePerSecond)}, and ${bound}`]
        : []),
  ];
  if (faults.length > 0)
    throw new UsageError(
      `A load test of ${stack} is refused:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
}
