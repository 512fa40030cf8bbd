/** How many lines of an error are a reason; the whole of it stands under the step itself. */
const fewLines = 3;

/** The reason in the errors that the engine hands to a hook, newest first: without its wrapping, and short. */
export function failureReason(errors: readonly string[], lines = fewLines): string {
  const text = (errors[0] ?? "").replace(/^\d+ errors? occurred:\s*\*\s*/, "").trim();
  return text.split("\n").slice(0, lines).join("\n") || "no reason given";
}
