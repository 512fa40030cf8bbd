import type { Account } from "../account/account.ts";
import { ApiError } from "./api-error.ts";
import { branchesOf } from "./control-plane.ts";
import { isRoot, type Plan, type ProjectState } from "./state.ts";

interface Limits {
  readonly branches: number;
  readonly rootBranches: number;
  readonly protectedBranches: number;
  readonly historyRetentionSeconds: number;
}

/**
 * What a plan allows in one project. Source: neondatabase/website content/docs/introduction/plans.md (2026-03) and
 * content/docs/guides/protected-branches.md; root branches: content/docs/manage/branches.md. The codes are those of
 * Neon's error list (`BRANCHES_LIMIT_EXCEEDED`, …), status and text as users report them.
 */
const limitsOf: Readonly<Record<Plan, Limits>> = {
  free: { branches: 10, rootBranches: 3, protectedBranches: 0, historyRetentionSeconds: 21_600 },
  launch: { branches: 5_000, rootBranches: 5, protectedBranches: 2, historyRetentionSeconds: 604_800 },
  scale: { branches: 5_000, rootBranches: 25, protectedBranches: 5, historyRetentionSeconds: 2_592_000 },
};

export const currentPlan = (account: Account): Plan => account.get("neon.plan") as Plan;
const limits = (account: Account): Limits => limitsOf[currentPlan(account)];

/**
 * `branches_limit` as accounts of the plan see it: paid ones have -1, although a limit is enforced. Seen with
 * `subscription_type: "launch"` in neondatabase/website ("partner-consumption-limits", `owner.branches_limit`).
 */
export const branchesLimit = (account: Account): number =>
  currentPlan(account) === "free" ? limits(account).branches : -1;

/** The plan that a sandbox is set to have; undefined: the one that it has. */
export function planOf(text: string | undefined): Plan | undefined {
  if (text === undefined || text === "") return undefined;
  if (text in limitsOf) return text as Plan;
  throw new Error(
    `SANDBOX_NEON_PLAN is "${text}", expected ${Object.keys(limitsOf).join(", ")}. ` +
      "Set it so, or unset it: unset SANDBOX_NEON_PLAN",
  );
}

/** Refuses one more branch where the plan has no room for it. */
export function refuseMoreBranches(account: Account, project: ProjectState, more: { isRoot: boolean }): void {
  const { branches, rootBranches } = limits(account);
  const present = branchesOf(project);
  if (present.length >= branches)
    throw new ApiError(422, "branches limit exceeded", "BRANCHES_LIMIT_EXCEEDED");
  if (more.isRoot && present.filter(isRoot).length >= rootBranches)
    throw new ApiError(422, "root branches limit exceeded", "ROOT_BRANCHES_LIMIT_EXCEEDED");
}

export function refuseMoreProtected(account: Account, project: ProjectState): void {
  if (
    branchesOf(project).filter(({ isProtected }) => isProtected).length >= limits(account).protectedBranches
  )
    throw new ApiError(422, "protected branches limit exceeded", "BRANCHES_PROTECTED_LIMIT_EXCEEDED");
}

/**
 * A Free account keeps Neon's suspend timeout: the field is refused whatever its value. Text:
 * neondatabase/create-branch-action#31; neonctl leaves 0 away for it (commit 4187f97). The status was not seen.
 */
export function refuseSuspendTimeout(account: Account, seconds: number | undefined): void {
  if (currentPlan(account) === "free" && seconds !== undefined)
    throw new ApiError(403, "suspend interval changing is not allowed for your account");
}

/** Neon's own words: kislerdm/terraform-provider-neon, issue 176. */
export function refuseLongerHistory(account: Account, seconds: number | undefined): void {
  const most = limits(account).historyRetentionSeconds;
  if (seconds !== undefined && seconds > most)
    throw new ApiError(
      400,
      `requested history retention seconds exceeds allowed maximum; requested_history_retention_seconds:"${seconds}", max:"${most}"`,
    );
}

/** What a project has by default: a day, or what the plan allows. */
export const usualHistory = (account: Account): number =>
  Math.min(86_400, limits(account).historyRetentionSeconds);
