import { UsageError } from "../usage-error.ts";

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The time that `--since` names: so long ago (`30d`, `12h`, `45m`), or a date.
 *
 * @throws UsageError where it is neither.
 */
export function sinceTime(text: string, now: Date): Date {
  const [, count = "", unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const milliseconds = units[unit];
  if (milliseconds !== undefined) return new Date(now.getTime() - Number(count) * milliseconds);
  const date = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? new Date(text) : undefined;
  if (date && !Number.isNaN(date.getTime())) return date;
  throw new UsageError(
    `bin/rollout audit: --since is ${text}; expected so long ago, such as 30d, 12h or 45m, or a date, such as 2026-01-31`,
  );
}
