/** Tells whether a path of the build context is left out, by the rules of .dockerignore: the last pattern that fits decides. */
export interface Ignored {
  (path: string): boolean;
  /** A `!` pattern may bring back what lies in an ignored folder, so such folders are searched too. */
  readonly hasExceptions: boolean;
}

export function readIgnoreFile(text: string): Ignored {
  const rules = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({
      brings: line.startsWith("!"),
      pattern: toPattern(line.replace(/^!\s*/, "")),
    }));
  const isIgnored = (path: string): boolean => {
    const parts = path.split("/");
    const parents = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    let ignored = false;
    for (const { brings, pattern } of rules)
      if (parents.some((parent) => pattern.test(parent))) ignored = !brings;
    return ignored;
  };
  return Object.assign(isIgnored, { hasExceptions: rules.some((rule) => rule.brings) });
}

function toPattern(line: string): RegExp {
  const clean = line.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
  const body = clean
    .split("/")
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
