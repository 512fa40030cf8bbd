/** How many lines of an error are a reason; the whole of it stands under the step itself. */
const fewLines = 12;

/** A line of a stack trace, which only helps who knows this program. */
const frame = /^\s+at .+[:(]\d+/;

/**
 * The reason in the errors that the engine hands to a hook, newest first: without its wrapping, and short. Of a command that
 * printed much, what failed is its first line here and its last ones.
 */
export function failureReason(errors: readonly string[], lines = fewLines): string {
  const text = (errors[0] ?? "").replace(/^\d+ errors? occurred:\s*\*\s*/, "").trim();
  const all = text.split("\n").filter((line) => !frame.test(line));
  const shown = all.length > lines ? [...all.slice(0, 1), "…", ...all.slice(-(lines - 2))] : all;
  return shown.join("\n") || "no reason given";
}
