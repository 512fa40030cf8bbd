import { execFileSync } from "node:child_process";
import { gitVariables } from "@rollout/infra/shared/machine-variables";
import type { EnvironmentKind } from "../environments.ts";
import type { SettingsOwner, Settings } from "./schema.ts";
import { parseSettings, settingsIn } from "./parse-settings.ts";

/** What the commit under the gate sets of the gate, whatever the stack file in use does. */
export interface CommitRules {
  /** Why nothing may be rolled out; empty when it may. */
  readonly freeze: string;
  /** Where the stack file in use is laxer than the commit's, and where that cannot be read; each in one line. */
  readonly faults: readonly string[];
}

export interface CommitRulesArgs {
  /** The checkout's folder. */
  readonly root: string;
  readonly stack: string;
  readonly kind: Pick<EnvironmentKind, "provenOn">;
  /** Those in use: of the file next to the commit, of one that a command or a variable names, or of this run. */
  readonly settings: Settings;
  readonly application: SettingsOwner;
}

/**
 * The rules of the commit. A stack file may lie outside of it: elsewhere, where it holds secrets, or changed and hidden from Git.
 * Such a file may add to the rules and take nothing from them. An environment that needs no proof takes changed trees, and with
 * them changed rules.
 */
export async function rulesOfCommit(args: CommitRulesArgs): Promise<CommitRules> {
  const { root, stack, kind, settings, application } = args;
  if (!kind.provenOn) return { freeze: "", faults: [] };
  const file = `Pulumi.${stack}.yaml`;
  const of = `${file} of the commit`;
  const missing = (why: string): CommitRules => ({
    freeze: "",
    faults: [`${of} ${why}. Freeze and thresholds are read there: commit the stack file, without secrets`],
  });
  const text = textInCommit(root, file);
  if (text === undefined) return missing("is not there");
  // Read by the gate of production alone.
  const { CORE_SCHEMA, load } = await import("js-yaml");
  let config: Readonly<Record<string, unknown>>;
  try {
    config = (load(text, { schema: CORE_SCHEMA }) as { config?: typeof config } | undefined)?.config ?? {};
  } catch (error) {
    return missing(`is no YAML: ${(error as Error).message.split("\n")[0] ?? ""}`);
  }
  const parsed = parseSettings(settingsIn(config), stack, application);
  if (!parsed.settings) return missing(`is wrong: ${parsed.faults.join("; ")}`);
  const faults = laxerThan(parsed.settings, settings).map(
    ([key, used, committed]) =>
      `${key} is ${used} in the stack file in use and ${committed} in ${of}: a laxer rule counts once it is committed`,
  );
  return { freeze: parsed.settings.gate.freeze, faults };
}

type Laxer = readonly [key: string, used: string, committed: string];

/** Each rule in which the settings in use are laxer. */
function laxerThan(committed: Settings, used: Settings): readonly Laxer[] {
  const list = (values: readonly string[]): string => values.join(", ") || "none";
  const more = (key: string, own: readonly string[], others: readonly string[]): readonly Laxer[] =>
    own.every((each) => others.includes(each)) ? [] : [[key, list(own), list(others)]];
  const sourcesOf = ({ github }: Settings): readonly string[] =>
    Object.entries(github.checkSources).map(([check, source]) => `${check} of ${source}`);
  const fewer = committed.github.requiredChecks.some((each) => !used.github.requiredChecks.includes(each));
  return [
    ...(used.gate.proofDays > committed.gate.proofDays
      ? [["rollout:gate.proofDays", String(used.gate.proofDays), String(committed.gate.proofDays)] as const]
      : []),
    ...(fewer
      ? [
          [
            "rollout:github.requiredChecks",
            list(used.github.requiredChecks),
            list(committed.github.requiredChecks),
          ] as const,
        ]
      : []),
    ...more("rollout:github.checkSources", sourcesOf(used), sourcesOf(committed)),
    // Both lists are branches whose checks count.
    ...more(
      "rollout:github.environment.branches and branchRules.branches",
      branchesOf(used),
      branchesOf(committed),
    ),
    ...more("rollout:migrations.approved", used.migrations.approved, committed.migrations.approved),
    ...(migrationReviewers(committed).length > 0 && migrationReviewers(used).length === 0
      ? [["rollout:migrations.reviewers", "none", list(migrationReviewers(committed).map(String))] as const]
      : []),
    ...(migrationReviewers(committed).length > 0
      ? more(
          "rollout:migrations.reviewers",
          migrationReviewers(used).map(String),
          migrationReviewers(committed).map(String),
        )
      : []),
    ...(committed.smoke.isRequired && !used.smoke.isRequired
      ? [["rollout:smoke.isRequired", "false", "true"] as const]
      : []),
  ];
}

/** Ids of those of whom one approves destructive and one-way migrations; empty where no such approval is required. */
export function migrationReviewers({ migrations, github }: Settings): readonly number[] {
  return migrations.reviewers ?? github.environment.reviewers.users;
}

function branchesOf({ github }: Settings): readonly string[] {
  return [...new Set([...github.environment.branches, ...github.branchRules.branches])];
}

/** A file of the project as the commit has it; undefined where it does not. */
function textInCommit(root: string, file: string): string | undefined {
  try {
    return execFileSync("git", ["show", `HEAD:./${file}`], {
      cwd: root,
      env: gitVariables(process.env),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 30_000,
    });
  } catch {
    return undefined;
  }
}
