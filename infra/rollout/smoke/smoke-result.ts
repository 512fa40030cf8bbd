import { z } from "zod";

const text = z.string().min(1);

const resultSchema = z.object({
  passed: z.boolean(),
  /** What was found, in a few words: `a plan with 3 modules`. */
  summary: text.optional(),
  checks: z
    .array(
      z.object({
        name: text,
        passed: z.boolean(),
        seconds: z.number().min(0),
        /** Why it failed. */
        detail: z.string().optional(),
      }),
    )
    .min(1),
});

/** What a smoke test's command prints as one line of JSON. */
export type SmokeResult = z.infer<typeof resultSchema>;

/** One check of a smoke test, without why it failed, which may quote anything. */
export type SmokeCheck = Pick<SmokeResult["checks"][number], "name" | "passed" | "seconds">;

/** The line that is expected, as messages show it. */
export const expectedLine = '{"passed":true,"checks":[{"name":"…","passed":true,"seconds":0.1}]}';

/** Whether a line of the standard output is meant as a result; package managers print others. */
export function isResultLine(line: string): boolean {
  return line.trimStart().startsWith("{");
}

/**
 * The one result among such lines.
 *
 * @returns why there is none, in words that continue "it printed".
 */
export function parseResult(lines: readonly string[]): SmokeResult | { readonly fault: string } {
  const [line] = lines;
  if (line === undefined) return { fault: "no result" };
  if (lines.length > 1) return { fault: `${String(lines.length)} results` };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { fault: "a result that is not JSON" };
  }
  const parsed = resultSchema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
    return { fault: `an invalid result (${issues.join("; ")})` };
  }
  const { passed, checks } = parsed.data;
  if (passed === checks.every((check) => check.passed)) return parsed.data;
  return {
    fault: passed ? "a result that passed with a check that failed" : "a failure without a check that failed",
  };
}
