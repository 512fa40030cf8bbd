import { sameValue } from "../shared/same-value.ts";
import type { Repository } from "./client.ts";

/** Guards refs for one App and administrators alone. */
export interface GuardedRefsInputs extends Repository {
  /** Name of the ruleset; one of that name that is there already is taken over. */
  readonly name: string;
  /** Complete names of the refs, each of a branch. */
  readonly refs: readonly string[];
  /** Number of the GitHub App that may write them. */
  readonly app: number;
}

export type RulesetInputs = BranchRulesetInputs | GuardedRefsInputs;

/** A ruleset without the repository that it is of. */
export type RulesetContent =
  Omit<BranchRulesetInputs, keyof Repository> | Omit<GuardedRefsInputs, keyof Repository>;

/** Guards a branch. */
export interface BranchRulesetInputs extends Repository {
  /** Name of the ruleset; one of that name that is there already is taken over. */
  readonly name: string;
  /** The branch that it guards. */
  readonly branch: string;
  /** Reviews that approve a pull request before it may be merged. */
  readonly requiredApprovals: number;
  /** Whether a push takes earlier approvals away. */
  readonly dismissStaleReviews: boolean;
  /** Checks that must be green before a merge. */
  readonly requiredChecks: readonly string[];
  /** Those of them that must be jobs of GitHub Actions. This and all below are absent in the states of earlier versions. */
  readonly checksOfActions?: readonly string[];
  /** Whether a pull request must hold the newest commit of its target. */
  readonly requireUpToDate: boolean;
  /** Whether the owners of changed files, by `.github/CODEOWNERS`, must approve. */
  readonly requireCodeOwners?: boolean;
  /** Whether a person other than the one who pushed last must approve. */
  readonly requireLastPushApproval?: boolean;
}

/** The app that runs workflows, `github-actions`, by its number: a check that names it is no status that a user posted. */
export const actionsAppId = 15_368;

/** The role of administrators as a bypass actor, by the number that GitHub has for it. */
const administrators = { actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "always" } as const;

interface Rule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

interface SeenActor {
  readonly actor_id?: number | null;
  readonly actor_type?: string;
}

/** A ruleset as GitHub answers it, as far as it is ours to set. */
export interface SeenRuleset {
  readonly name?: string;
  readonly enforcement?: string;
  /** Shown to administrators alone. */
  readonly bypass_actors?: readonly SeenActor[];
  readonly conditions?: {
    readonly ref_name?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  };
  readonly rules?: readonly Rule[];
}

/** The ruleset as GitHub takes it. */
export function contentOf(of: RulesetContent) {
  return "refs" in of ? contentOfGuard(of) : contentOfBranch(of);
}

/**
 * The ruleset of refs that one App writes. Administrators pass it: they can remove it anyway, and roll out from a shell.
 */
export function contentOfGuard({ name, refs, app }: Omit<GuardedRefsInputs, keyof Repository>) {
  return {
    name,
    target: "branch" as const,
    enforcement: "active" as const,
    bypass_actors: [
      { actor_id: app, actor_type: "Integration" as const, bypass_mode: "always" as const },
      administrators,
    ],
    conditions: { ref_name: { include: [...refs], exclude: [] as string[] } },
    rules: [
      { type: "creation" as const },
      { type: "update" as const },
      { type: "deletion" as const },
      { type: "non_fast_forward" as const },
    ],
  };
}

/** The ruleset of a branch. No user bypasses it, administrators neither. */
export function contentOfBranch(of: Omit<BranchRulesetInputs, keyof Repository>) {
  return {
    name: of.name,
    target: "branch" as const,
    enforcement: "active" as const,
    bypass_actors: [],
    conditions: { ref_name: { include: [`refs/heads/${of.branch}`], exclude: [] as string[] } },
    rules: [
      { type: "deletion" as const },
      { type: "non_fast_forward" as const },
      {
        type: "pull_request" as const,
        parameters: {
          required_approving_review_count: of.requiredApprovals,
          dismiss_stale_reviews_on_push: of.dismissStaleReviews,
          require_code_owner_review: of.requireCodeOwners ?? false,
          require_last_push_approval: of.requireLastPushApproval ?? false,
          required_review_thread_resolution: false,
        },
      },
      {
        type: "required_status_checks" as const,
        parameters: {
          required_status_checks: of.requiredChecks.map((context) =>
            of.checksOfActions?.includes(context) ? { context, integration_id: actionsAppId } : { context },
          ),
          strict_required_status_checks_policy: of.requireUpToDate,
        },
      },
    ],
  };
}

/**
 * What was changed of a ruleset, each in a few words. What GitHub adds to parameters on its own (merge methods, the
 * app behind a check) is none.
 */
export function changesOf(seen: SeenRuleset, wanted: SeenRuleset): readonly string[] {
  const [rules, wantedRules] = [seen.rules ?? [], wanted.rules ?? []];
  const refs = ({ conditions }: SeenRuleset) => {
    const { include, exclude } = conditions?.ref_name ?? {};
    return [include ?? [], exclude ?? []];
  };
  return [
    ...(seen.name === wanted.name ? [] : ["it has another name"]),
    ...(seen.enforcement === wanted.enforcement ? [] : [`it is ${String(seen.enforcement)}`]),
    ...(sameValue(refs(seen), refs(wanted)) ? [] : ["it is for other branches"]),
    ...passingChanges(seen.bypass_actors, wanted.bypass_actors ?? []),
    ...wantedRules.flatMap((rule) => {
      const found = rules.find(({ type }) => type === rule.type);
      if (!found) return [`the rule ${rule.type} is gone`];
      return isSameRule(found, rule) ? [] : [`the rule ${rule.type} is another`];
    }),
    ...rules
      .filter(({ type }) => !wantedRules.some((rule) => rule.type === type))
      .map(({ type }) => `there is a rule ${type}`),
  ];
}

function passingChanges(
  seen: readonly SeenActor[] | undefined,
  wanted: readonly SeenActor[],
): readonly string[] {
  if (seen === undefined) return [];
  const names = (actors: readonly SeenActor[]): readonly string[] =>
    actors.map(({ actor_type: type, actor_id: id }) => `${type ?? ""} ${String(id)}`);
  const [found, expected] = [names(seen), names(wanted)];
  return [
    ...(found.every((each) => expected.includes(each)) ? [] : ["some users may pass it"]),
    ...(expected.every((each) => found.includes(each)) ? [] : ["some users may not pass it any more"]),
  ];
}

function isSameRule(found: Rule, wanted: Rule): boolean {
  return Object.entries(wanted.parameters ?? {}).every(([name, value]) => {
    const seen = found.parameters?.[name];
    return name === "required_status_checks" ? areSameChecks(seen, value) : sameValue(seen, value);
  });
}

interface RequiredCheck {
  readonly context: string;
  readonly integration_id?: number | null;
}

/** An app that GitHub added counts for nothing; one that is wanted has to be there. */
function areSameChecks(seen: unknown, wanted: unknown): boolean {
  const found = (seen ?? []) as readonly RequiredCheck[];
  const required = (wanted ?? []) as readonly RequiredCheck[];
  const names = (checks: readonly RequiredCheck[]) => checks.map(({ context }) => context).sort();
  return (
    sameValue(names(found), names(required)) &&
    required.every(
      ({ context, integration_id: app }) =>
        app === undefined || found.some((each) => each.context === context && each.integration_id === app),
    )
  );
}
