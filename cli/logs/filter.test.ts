import { describe, expect, it } from "vitest";
import { filterOf, leveled } from "./filter.ts";

const line = (text: string, level = "info") =>
  leveled({ at: "2026-01-01T00:00:00Z", machine: "m1", level, text }, "worker");

describe("the level of a line", () => {
  it.each([
    ['{"level":"error","event":"job_failed"}', "info", "error"],
    ['{"level":50,"msg":"pino"}', "info", "error"],
    ['{"level":"WARNING"}', "info", "warn"],
    ['{"level":999}', "info", "fatal"],
    ["Machine started", "warning", "warn"],
    ["{not json", "info", "info"],
    ['{"level":{}}', "unheard", "info"],
  ])("of %s, which Fly calls %s, is %s", (text, level, expected) => {
    expect(line(text, level).level).toBe(expected);
  });
});

describe("the filter", () => {
  const lines = [line('{"level":"info","event":"job_done"}'), line('{"level":"error","event":"job_failed"}')];

  it.each<[string | undefined, string | undefined, number]>([
    [undefined, undefined, 2],
    ["FAILED", undefined, 1],
    [undefined, "warn", 1],
    ["done", "error", 0],
  ])("with --grep %s and --level %s shows %i of two lines", (grep, level, count) => {
    const { isShown } = filterOf(grep, level);
    expect(lines.filter(isShown)).toHaveLength(count);
  });

  it("rejects a level and a pattern that there are not", () => {
    expect(() => filterOf(undefined, "loud")).toThrow(
      "expected one of trace, debug, info, warn, error, fatal",
    );
    expect(() => filterOf("(", undefined)).toThrow("--grep is no regular expression");
  });
});
