import { UsageError } from "../usage-error.ts";

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
/** Longer than any rollout is worth watching, in seconds. */
const longest = 24 * 3_600;

/**
 * A time as a user types it, in seconds: `90s`, `10m`, `1h`.
 *
 * @param option Names it in the error.
 * @throws UsageError where it is none.
 */
export function readDuration(option: string, text: string): number {
  const [, number = "", unit = ""] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const seconds = Number(number) * (units[unit] ?? Number.NaN);
  if (seconds >= 1 && seconds <= longest) return seconds;
  throw new UsageError(`${option} is ${text}; expected a time from 1s to 24h, such as 90s, 10m or 1h`);
}
