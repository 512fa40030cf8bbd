/** Decides which paths of the build context are left out, by the rules of .dockerignore: the last pattern that fits decides. */
export interface Ignored {
  (path: string): boolean;
  /**
   * Whether a `!` pattern can name something below an ignored folder. Where none can, the folder is never entered, as
   * BuildKit does it: what is in there may change or vanish at any time.
   */
  mayKeepBelow(folder: string): boolean;
}

export function readIgnoreFile(text: string): Ignored {
  const rules = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({
      isException: line.startsWith("!"),
      parts: partsOf(line.replace(/^!\s*/, "")),
    }))
    .map((rule) => ({ ...rule, pattern: toPattern(rule.parts) }));
  const exceptions = rules.filter((rule) => rule.isException);
  const isIgnored = (path: string): boolean => {
    const names = path.split("/");
    const parents = names.map((_, index) => names.slice(0, index + 1).join("/"));
    let ignored = false;
    for (const { isException, pattern } of rules)
      if (parents.some((parent) => pattern.test(parent))) ignored = !isException;
    return ignored;
  };
  return Object.assign(isIgnored, {
    mayKeepBelow: (folder: string) => exceptions.some(({ parts }) => reachesBelow(parts, folder.split("/"))),
  });
}

/** Whether a pattern can fit a path below the folder. */
function reachesBelow(parts: readonly string[], folder: readonly string[]): boolean {
  for (const [at, name] of folder.entries()) {
    const part = parts[at];
    if (part === undefined) return false;
    if (part === "**") return true;
    if (!toPattern([part]).test(name)) return false;
  }
  return parts.length > folder.length;
}

function partsOf(line: string): readonly string[] {
  return line
    .replace(/^(\.?\/)+/, "")
    .replace(/\/+$/, "")
    .split("/");
}

function toPattern(parts: readonly string[]): RegExp {
  const body = parts
    .map((part) =>
      part === "**"
        ? "**"
        : part
            .replaceAll(/[.+^${}()|\\]/g, "\\$&")
            .replaceAll("*", "[^/]*")
            .replaceAll("?", "[^/]"),
    )
    .join("/")
    .replaceAll("**/", "(?:.*/)?")
    .replaceAll("/**", "/.*")
    .replaceAll("**", ".*");
  return new RegExp(`^${body}$`);
}
