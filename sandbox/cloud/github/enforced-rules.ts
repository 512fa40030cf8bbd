import type { Context } from "hono";
import type { EmulatorContext } from "../emulator.ts";
import { GithubError } from "./errors.ts";
import { appOf } from "./job-tokens.ts";
import { tokenOf } from "./token-kinds.ts";
import type { Repository, Ruleset } from "./state.ts";

/** What is done to a ref: a change without force is a fast-forward; a merge is the merge of a pull request. */
export type RefAct = "create" | "change" | "force" | "delete" | "merge";

/** Each rule that is held against changes of refs: the acts that it refuses, and the vendor's words. */
const refusals: Readonly<Record<string, { readonly acts: readonly RefAct[]; readonly words: string }>> = {
  creation: { acts: ["create"], words: "Cannot create ref due to creations being restricted." },
  update: { acts: ["change", "force", "merge"], words: "Cannot update this protected ref." },
  deletion: { acts: ["delete"], words: "Cannot delete this protected ref." },
  non_fast_forward: { acts: ["force"], words: "Cannot force-push to this protected ref." },
  pull_request: { acts: ["change", "force"], words: "Changes must be made through a pull request." },
};

/** A check that must be green before a merge; of any reporter where no app is named. */
export interface RequiredCheck {
  readonly context: string;
  readonly integration_id?: number;
}

/** A rule of a ruleset, as far as it is enforced. */
export interface EnforcedRule {
  readonly type: string;
  readonly parameters?: {
    readonly required_approving_review_count?: number;
    readonly allowed_merge_methods?: readonly string[];
    readonly required_status_checks?: readonly RequiredCheck[];
    readonly strict_required_status_checks_policy?: boolean;
  };
}

/** The rules of all active rulesets for a ref; without those that this actor passes. */
export function activeRules(
  { rulesets }: Repository,
  ref: string,
  { actor, act }: { readonly actor?: RefActor; readonly act?: RefAct } = {},
): readonly EnforcedRule[] {
  return rulesets
    .filter((ruleset) => ruleset.content.enforcement === "active" && appliesTo(ruleset, ref))
    .filter((ruleset) => actor === undefined || !mayPass(ruleset, actor, act))
    .flatMap(({ content }) => content.rules as readonly EnforcedRule[]);
}

/** Who changes a ref: an App by its number, or a user by their role in the repository. */
export type RefActor = { readonly app: number } | { readonly role: "admin" | "write" };

/** Who makes the call. */
export function refActor(context: EmulatorContext, c: Context): RefActor {
  const app = appOf(context, tokenOf(c));
  if (app !== undefined) return { app };
  return { role: context.account.get("github.role") === "admin" ? "admin" : "write" };
}

/** Numbers of roles as bypass actors (integrations/terraform-provider-github, docs of repository_ruleset). */
const roles = { admin: 5, write: 4 };

interface BypassActor {
  readonly actor_id?: number | null;
  readonly actor_type: string;
  readonly bypass_mode: string;
}

/** An actor of the bypass list passes all of a ruleset; by `pull_request` for merges alone. */
export function mayPass({ content }: Ruleset, actor: RefActor, act?: RefAct): boolean {
  const [type, id] = "app" in actor ? ["Integration", actor.app] : ["RepositoryRole", roles[actor.role]];
  return (content.bypass_actors as readonly BypassActor[]).some(
    (each) =>
      each.actor_type === type &&
      each.actor_id === id &&
      (each.bypass_mode !== "pull_request" || act === "merge"),
  );
}

/** The violations of active rulesets by a change of a ref, in GitHub's words. */
export function violationsOf(
  repository: Repository,
  ref: string,
  act: RefAct,
  actor: RefActor,
): readonly string[] {
  const violations = activeRules(repository, ref, { actor, act }).flatMap(({ type }) => {
    const refusal = refusals[type];
    return refusal?.acts.includes(act) ? [refusal.words] : [];
  });
  return [...new Set(violations)];
}

/** The text of a refusal by rules. */
export const describeViolations = (violations: readonly string[]): string =>
  `Repository rule violations found\n\n${violations.join("\n\n")}\n\n`;

/** Refuses what an active ruleset forbids, as GitHub refuses it through its API too. */
export function holdAgainstRules(repository: Repository, ref: string, act: RefAct, actor: RefActor): void {
  const violations = violationsOf(repository, ref, act, actor);
  if (violations.length > 0) throw new GithubError(422, describeViolations(violations));
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
  return matchesName(pattern, ref);
}

/** Whether a name fits a pattern of GitHub's: `*` within a folder, `**` over folders, `?` one character. */
export function matchesName(pattern: string, name: string): boolean {
  const parts = pattern.split(/(\*\*|\*|\?)/).map((part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`).test(name);
}
