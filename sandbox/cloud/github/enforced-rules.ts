import { GithubError } from "./errors.ts";
import type { Repository, Ruleset } from "./state.ts";

/** What somebody wants to do with a ref; a change without force goes forward only. */
export type RefAct = "create" | "change" | "force" | "delete";

/** Each rule that is held against changes of refs: the acts that it refuses, and the vendor's words. */
const refusals: Readonly<Record<string, { readonly acts: readonly RefAct[]; readonly words: string }>> = {
  creation: { acts: ["create"], words: "Cannot create ref due to creations being restricted." },
  update: { acts: ["change", "force"], words: "Cannot update this protected ref." },
  deletion: { acts: ["delete"], words: "Cannot delete this protected ref." },
  non_fast_forward: { acts: ["force"], words: "Cannot force-push to this protected ref." },
  pull_request: { acts: ["change", "force"], words: "Changes must be made through a pull request." },
};

/**
 * Refuses what an active ruleset forbids, as GitHub refuses it through its API too. Nobody passes: who may, is kept and
 * counts for nobody here.
 */
export function holdAgainstRules({ rulesets }: Repository, ref: string, act: RefAct): void {
  const violations = rulesets
    .filter((ruleset) => ruleset.content.enforcement === "active" && appliesTo(ruleset, ref))
    .flatMap(({ content }) => content.rules as readonly { readonly type: string }[])
    .flatMap(({ type }) => {
      const refusal = refusals[type];
      return refusal?.acts.includes(act) ? [refusal.words] : [];
    });
  if (violations.length > 0)
    throw new GithubError(
      422,
      `Repository rule violations found\n\n${[...new Set(violations)].join("\n\n")}\n\n`,
    );
}

const folders = { branch: "refs/heads/", tag: "refs/tags/", push: undefined };

function appliesTo({ content: { target, conditions } }: Ruleset, ref: string): boolean {
  const folder = folders[target];
  if (folder === undefined || !ref.startsWith(folder)) return false;
  const { include = [], exclude = [] } =
    (conditions as { ref_name?: { include?: readonly string[]; exclude?: readonly string[] } } | undefined)
      ?.ref_name ?? {};
  const isNamed = (patterns: readonly string[]): boolean => patterns.some((each) => matches(each, ref));
  return isNamed(include) && !isNamed(exclude);
}

function matches(pattern: string, ref: string): boolean {
  if (pattern === "~ALL") return true;
  if (pattern === "~DEFAULT_BRANCH") return ref === "refs/heads/main";
  const parts = pattern.split(/(\*\*|\*|\?)/).map((part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`).test(ref);
}
