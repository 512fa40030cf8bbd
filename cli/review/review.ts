import { certainSteps } from "./certainty.ts";
import type { Difference } from "./differences.ts";
import { differencesOf, isReported, topOf } from "./differences.ts";
import { countsWith, type Finding } from "@rollout/infra/migration-lint/finding";
import type { LintedMigration } from "@rollout/infra/migration-lint/refusals";
import { textOf as thingText } from "@rollout/infra/rollout/ownership/stack-names";
import type { UnownedThing } from "@rollout/infra/rollout/ownership/unowned-things";
import { refusalsIn } from "../../stacks/release/gate-warning.ts";
import { takesOver } from "./existing.ts";
import type { Irreversible } from "./irreversible.ts";
import { irreversibles } from "./irreversible.ts";
import type { Cloud } from "./kinds/kind.ts";
import { kindOf, subjectOf } from "./kinds.ts";
import type { CommitsSinceLive } from "./commits.ts";
import { reviewedStatements, type ReviewedStatement, type StatementSql } from "./migration-sql.ts";
import type { FailedBefore, OnRecord } from "./on-record.ts";
import { orderOf } from "./order.ts";
import type { Pending } from "./pending-migrations.ts";
import type { Operation, Plan, Step } from "./plan.ts";
import type { SecretChange } from "./secret-changes.ts";
import { secretChanges } from "./secret-changes.ts";
import { secretDigests, withoutSecrets } from "./secret-values.ts";
import type { StepTime } from "./step-times.ts";
import { longestWay, stepTimes } from "./step-times.ts";
import { type Untouched, untouchedBy } from "./untouched.ts";

/** What a reviewer is shown of one resource. */
export interface Change {
  readonly urn: string;
  readonly cloud: Cloud;
  /** `exists`: a rollout would take for its own what it has not made, and is refused. */
  readonly operation: Operation | "exists";
  /** False where it may turn out to be what it was, which only the rollout can show. */
  readonly isCertain: boolean;
  readonly what: string;
  readonly named: string | undefined;
  readonly differences: readonly ReportedDifference[];
  /** Why it runs although none of its inputs changes. */
  readonly reasons: readonly string[];
}

export interface ReportedDifference {
  readonly property: string;
  readonly kind: Difference["kind"];
  /** Absent for a secret, and where there is none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A step of the picture. */
export interface ReviewStep {
  readonly name: string;
  readonly urns: readonly string[];
  readonly after: readonly string[];
  readonly isCertain: boolean;
  /** How long it took when it last ran; null when that is not known. */
  readonly expected: StepTime | null;
}

/** Something that exists under a name of the stack and is not its own. */
export interface Existing {
  /** `Fly app shop-worker`. */
  readonly thing: string;
  readonly state: string;
  /** What a rollout would do to it; absent where that loses nothing, and the rollout takes it over. */
  readonly harm?: string;
  /** Environment that it belongs to, where that is known. */
  readonly belongsTo?: string;
}

/** Everything that a comment has; `--json` prints it as it is. */
export interface Review {
  readonly stack: string;
  readonly release: { readonly before: string | undefined; readonly after: string | undefined };
  readonly irreversible: readonly Irreversible[];
  readonly existing: readonly Existing[];
  readonly changes: readonly Change[];
  readonly unchanged: number;
  readonly secrets: readonly SecretChange[];
  /** Those that the database lacks, in order; `other` where it was migrated by a set that the checkout does not have. */
  readonly migrations: readonly PendingMigration[] | "other";
  readonly steps: readonly ReviewStep[];
  /** The complete rollout: the longest way through its steps, without those whose time is not known. */
  readonly expected: StepTime & { readonly without: readonly string[] };
  readonly gate: Gate;
  /** Commits between the live release and this one; absent where nothing is live, or the record cannot be read. */
  readonly commits?: CommitsSinceLive;
  /** The newest rollout of this very release, where it failed. */
  readonly failed?: FailedBefore;
  /** What the stack has in the clouds and the rollout leaves alone. */
  readonly untouched: readonly Untouched[];
  readonly warnings: readonly string[];
}

/** A migration that would run, with what the linter finds in it. */
export interface PendingMigration {
  readonly name: string;
  /** Whether it stands before one that has run: of two branches it was merged second. */
  readonly isLate?: boolean;
  readonly findings: readonly Pick<Finding, "rule" | "subject" | "class" | "harm" | "declared">[];
  /** Why the release before may fail on its schema, where its header declares that. */
  readonly oneWay?: string;
  /** In their order, with the linter's verdict on each. */
  readonly statements: readonly ReviewedStatement[];
}

/** What is known of the gate before it is asked. */
export interface Gate {
  readonly commit: string | undefined;
  readonly requiredChecks: readonly string[];
  /** Why it would refuse the release at the moment; empty where it would not, or was not asked. */
  readonly refusals: readonly string[];
}

export interface ReviewArgs {
  readonly stack: string;
  readonly plan: Plan;
  readonly pending: Pending;
  /** What the linter finds in the checkout's migrations. */
  readonly linted: readonly Pick<LintedMigration, "name" | "findings" | "oneWay">[];
  /** When rollouts of this environment began, in milliseconds. */
  readonly begun: readonly number[];
  /** What exists under the stack's names before its first rollout. */
  readonly existing: readonly UnownedThing[];
  /** The statements of the checkout's migrations, by migration. */
  readonly sql: ReadonlyMap<string, readonly StatementSql[]>;
  readonly onRecord: OnRecord;
}

/** Makes of a plan what a reviewer requires. */
export function reviewOf(args: ReviewArgs): Review {
  const { stack, plan, pending, linted, begun, existing, sql, onRecord } = args;
  const { steps, secrets, state } = plan;
  const certain = certainSteps(steps);
  const names = pending.kind === "some" ? pending.names : [];
  const clean = withoutSecrets([...secrets.known, ...secrets.planned]);
  const migrations = names.map((name) => ({
    name,
    statements: reviewedStatements(
      sql.get(name) ?? [],
      linted.find((each) => each.name === name)?.findings ?? [],
    ).map((statement) => ({ ...statement, sql: clean(statement.sql) })),
    ...(pending.kind === "some" && pending.late?.includes(name) ? { isLate: true } : {}),
    ...oneWayIn(linted, name),
    findings: (linted.find((each) => each.name === name)?.findings ?? [])
      .filter((finding) => countsWith(finding, names))
      .map(({ rule, subject, class: harmClass, harm, declared }) => ({
        rule,
        subject,
        class: harmClass,
        harm,
        ...(declared === undefined ? {} : { declared }),
      })),
  }));
  const digest = secretDigests(secrets.known);
  const changedSecrets = steps.flatMap((step) => secretChanges(step, digest));
  const attempt = steps.find(({ type }) => type.endsWith("rollout:Attempt"));
  const times = new Map(stepTimes(state, [...begun, ...startsIn(state)]));
  // How long other migrations took, or a rehearsal that had none, shows nothing of these.
  if (pending.kind !== "none") for (const { urn } of steps.filter(dependsOnSet)) times.delete(urn);
  const warnings = plan.diagnostics
    .filter(({ severity }) => severity === "warning")
    .map(({ message }) => clean(message.replace(/^warning: /, "").trim()));
  const order = orderOf(steps, plan.dependencies).map((group) => ({
    ...group,
    isCertain: group.urns.some((urn) => certain.has(urn)),
    expected:
      longestWay(
        group.urns,
        (urn) => plan.dependencies.get(urn) ?? [],
        (urn) => times.get(urn),
      ) ?? null,
  }));
  return {
    stack,
    release: { before: textOf(attempt?.before, "release"), after: textOf(attempt?.after, "release") },
    irreversible: irreversibles(steps, changedSecrets, migrations),
    existing: existing.map(({ kind, account, name, partOf: _partOf, obstacle: _obstacle, ...thing }) => ({
      thing: thingText({ kind, account, name }),
      ...thing,
    })),
    changes: steps.map((step) => changeOf(step, certain, existing)),
    unchanged: plan.unchanged,
    secrets: changedSecrets,
    migrations: pending.kind === "other" ? "other" : migrations,
    steps: order,
    expected: expectedOf(order),
    gate: { ...gateOf(plan), refusals: warnings.flatMap(refusalsIn) },
    ...onRecord,
    untouched: untouchedBy(plan),
    warnings: warnings.filter((warning) => refusalsIn(warning).length === 0),
  };
}

/** Of which the time is that of a set of migrations. */
function dependsOnSet({ type, name }: Step): boolean {
  return type.endsWith("rollout:Rehearsal") || name === "migration";
}

function oneWayIn(linted: ReviewArgs["linted"], name: string): Pick<PendingMigration, "oneWay"> {
  const oneWay = linted.find((each) => each.name === name)?.oneWay;
  return oneWay === undefined ? {} : { oneWay };
}

function changeOf(step: Step, certain: ReadonlySet<string>, existing: readonly UnownedThing[]): Change {
  const { urn, type, name, operation } = step;
  const differences = differencesOf(step);
  return {
    urn,
    cloud: kindOf(type).cloud,
    operation: existing.some((thing) => takesOver(step, thing)) ? "exists" : operation,
    isCertain: certain.has(urn),
    ...subjectOf(type, name, step.after ?? step.before ?? {}),
    differences:
      operation === "update" || operation === "replace"
        ? differences.filter((each) => isReported(type, each)).map((each) => reported(type, each))
        : [],
    reasons: reasonsOf(step, differences),
  };
}

function reported(type: string, difference: Difference): ReportedDifference {
  const { property, kind } = difference;
  const isOpaque = kindOf(type).opaque?.includes(topOf(difference.path)) ?? false;
  if (isOpaque || kind === "secret")
    return { property, kind: kind === "unknown" ? kind : "secret", before: undefined, after: undefined };
  return {
    property,
    kind,
    before: difference.before,
    after: kind === "value" ? difference.after : undefined,
  };
}

function reasonsOf({ operation, outputs }: Step, differences: readonly Difference[]): readonly string[] {
  if (operation !== "update" && operation !== "replace") return [];
  const outOfBand = outputs["changedOutOfBand"];
  return [
    ...(outputs["unfinished"] === true ? ["the last rollout did not finish it"] : []),
    ...(Array.isArray(outOfBand) ? outOfBand.map((each) => `changed out of band: ${String(each)}`) : []),
    ...(differences.length === 0 && outputs["unfinished"] !== true && !Array.isArray(outOfBand)
      ? ["its cloud does not show it as the last rollout left it"]
      : []),
  ];
}

/** The last rollout that the state knows of began before its record was open. */
function startsIn(state: Plan["state"]): readonly number[] {
  return state
    .filter(({ type }) => type.endsWith("rollout:Attempt"))
    .map(({ modified }) => Date.parse(modified ?? ""))
    .filter(Number.isFinite);
}

function expectedOf(order: readonly ReviewStep[]): Review["expected"] {
  const byName = new Map(order.map((step) => [step.name, step]));
  const way = longestWay(
    [...byName.keys()],
    (name) => byName.get(name)?.after ?? [],
    (name) => byName.get(name)?.expected ?? { seconds: 0, isLimit: false },
  );
  const without = order.filter(({ expected }) => expected === null).map(({ name }) => name);
  return { ...(way ?? { seconds: 0, isLimit: false }), without };
}

function gateOf({ steps, state }: Plan): Omit<Gate, "refusals"> {
  const planned = steps.find(({ type }) => type.endsWith("rollout:Gate"))?.after;
  const inputs = planned ?? state.find(({ type }) => type.endsWith("rollout:Gate"))?.inputs ?? {};
  const checks = inputs["requiredChecks"];
  return {
    commit: textOf(inputs, "commit"),
    requiredChecks: Array.isArray(checks) ? checks.map(String) : [],
  };
}

function textOf(inputs: Step["before"], key: string): string | undefined {
  const value = inputs?.[key];
  return typeof value === "string" ? value : undefined;
}
