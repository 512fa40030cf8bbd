import type { LogLine } from "@rollout/infra/fly/logs";
import { UsageError } from "../usage-error.ts";

/** From the least to the most severe; the numbers are those of pino and bunyan, which many applications print. */
const levels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type Level = (typeof levels)[number];
const synonyms: Readonly<Record<string, Level>> = { warning: "warn", critical: "fatal" };

/** A line with the application's own level, where it prints JSON with one. */
export interface LeveledLine extends LogLine {
  readonly level: Level;
  readonly worker: string;
}

/** The level that a line itself states, else Fly's. */
export function leveled(line: LogLine, worker: string): LeveledLine {
  return { ...line, worker, level: levelIn(line.text) ?? levelOf(line.level) ?? "info" };
}

function levelIn(text: string): Level | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const { level } = JSON.parse(text) as { readonly level?: unknown };
    return levelOf(level);
  } catch {
    return undefined;
  }
}

function levelOf(value: unknown): Level | undefined {
  if (typeof value === "number") return levels[Math.min(5, Math.max(0, Math.floor(value / 10) - 1))];
  if (typeof value !== "string") return undefined;
  const name = value.toLowerCase();
  return synonyms[name] ?? levels.find((level) => level === name);
}

export interface Filter {
  readonly isShown: (line: LeveledLine) => boolean;
}

/**
 * Which lines a user asks for.
 *
 * @throws UsageError where the pattern is no regular expression, or there is no such level.
 */
export function filterOf(grep: string | undefined, level: string | undefined): Filter {
  const least = level === undefined ? 0 : levels.indexOf(levelOf(level) ?? ("" as Level));
  if (least === -1)
    throw new UsageError(`bin/rollout logs: --level is ${level ?? ""}; expected one of ${levels.join(", ")}`);
  const pattern = patternOf(grep);
  return {
    isShown: (line) =>
      levels.indexOf(line.level) >= least && (pattern === undefined || pattern.test(line.text)),
  };
}

function patternOf(grep: string | undefined): RegExp | undefined {
  if (grep === undefined) return undefined;
  try {
    return new RegExp(grep, "i");
  } catch (error) {
    throw new UsageError(`bin/rollout logs: --grep is no regular expression: ${(error as Error).message}`);
  }
}
