import type { Finding } from "@rollout/infra/migration-lint/finding";
import { differencesOf } from "./differences.ts";
import { kindOf, lossOf, subjectOf } from "./kinds.ts";
import { unknownValue } from "../engine/preview-report.ts";
import type { Step } from "./plan.ts";
import type { SecretChange } from "./secret-changes.ts";

/** One thing that no later rollout restores. */
export interface Irreversible {
  /** In a reviewer's words: `database branch`, and its name. */
  readonly what: string;
  readonly named: string | undefined;
  /** `is deleted`, `is replaced`, … */
  readonly happens: string;
  /** What is gone then. */
  readonly loss: string;
  /** 1 is the worst. */
  readonly rank: number;
  readonly urn: string | undefined;
}

/** What counts of a migration that would run. */
interface LossyMigration {
  readonly name: string;
  readonly findings: readonly Pick<Finding, "rule" | "subject" | "class" | "harm" | "declared">[];
  /** Why the release before may fail on its schema, where its header declares that. */
  readonly oneWay?: string;
}

const ranks = { migration: 5, oneWay: 5.5, secret: 7, password: 8 } as const;

/** What cannot be undone, the worst first. */
export function irreversibles(
  steps: readonly Step[],
  secrets: readonly SecretChange[],
  migrations: readonly LossyMigration[],
): readonly Irreversible[] {
  const replaced = new Set(steps.filter(({ operation }) => operation !== "update").map(({ urn }) => urn));
  return [
    ...steps.filter((step) => !movesAlong(step, steps)).flatMap((step) => lossOfStep(step, replaced)),
    ...migrations.flatMap(({ name, findings }) =>
      findings
        .filter((finding) => finding.class === "loses data")
        .map(({ rule, subject, harm, declared }) => ({
          what: "migration",
          named: name,
          happens: "loses data",
          loss: `${[rule, subject].join(" ").trim()}: ${harm}${declared === undefined ? "" : `; declared: ${declared}`}`,
          rank: ranks.migration,
          urn: undefined,
        })),
    ),
    ...migrations.flatMap(({ name, oneWay }) =>
      oneWay === undefined
        ? []
        : [
            {
              what: "migration",
              named: name,
              happens: "is declared one-way",
              loss: `the release before may not work on its schema, so that a rollback is not to be counted on; declared: ${oneWay}`,
              rank: ranks.oneWay,
              urn: undefined,
            },
          ],
    ),
    ...secrets.filter(isWorthSaying(steps)).map(({ name, where, place, change, urn }) => ({
      what: "secret",
      named: name,
      happens:
        change === "removed"
          ? `is removed from the ${where}${place === undefined ? "" : ` ${place}`}`
          : "is replaced",
      loss:
        change === "removed"
          ? "its value can be read back nowhere"
          : "the old one stops working when the new one is made",
      rank: change === "removed" ? ranks.secret : ranks.password,
      urn,
    })),
  ].sort((one, other) => one.rank - other.rank);
}

/** What a worker is given at each host, by the end of its type and of its name. */
const ofHosts: readonly (readonly [type: string, end: string])[] = [
  ["fly:AppSecrets", "-secrets"],
  ["railway:Variables", "-variables"],
];

/** Secrets of a worker that moves: the other host gets them from the stack. What an app had when it was adopted stays behind. */
function movesAlong({ type, name, operation, before }: Step, steps: readonly Step[]): boolean {
  const host = ofHosts.find(([end]) => type.endsWith(end));
  const kept = before?.["kept"];
  if (operation !== "delete" || !host || (Array.isArray(kept) && kept.length > 0)) return false;
  const worker = name.slice(0, -host[1].length);
  return steps.some(
    (step) =>
      step.operation === "create" &&
      ofHosts.some(([end, part]) => step.type.endsWith(end) && step.name === `${worker}${part}`),
  );
}

function lossOfStep(step: Step, replaced: ReadonlySet<string>): readonly Irreversible[] {
  const { type, name, operation, urn, isRetained } = step;
  const subject = { ...subjectOf(type, name, step.before ?? step.after ?? {}), urn };
  const rank = kindOf(type).loss?.rank ?? 10;
  const loss = lossOf(type, operation);
  if (loss !== undefined) {
    const happens = operation === "delete" ? "is deleted" : "is replaced";
    if (!isRetained) return [{ ...subject, happens, loss, rank }];
    // It stays at its cloud, so that only what is replaced is another one.
    return operation === "delete"
      ? []
      : [{ ...subject, happens, rank, loss: `${loss}; the old one stays where it is` }];
  }
  if (operation === "update" && losesItsPlace(step, replaced))
    return [
      {
        ...subject,
        happens: "goes with its place, which is replaced",
        rank,
        loss: kindOf(type).loss?.replaced ?? "",
      },
    ];
  return shortenedHistory(step).map((what) => ({ ...subject, happens: "forgets", loss: what, rank: 4 }));
}

/** What is in a branch or project that is replaced is too, though the engine does not know yet where it will be. */
function losesItsPlace(step: Step, replaced: ReadonlySet<string>): boolean {
  return (
    step.type.startsWith("pulumi-nodejs:dynamic/neon:") &&
    ["projectId", "branchId"].some(
      (key) =>
        step.after?.[key] === unknownValue &&
        (step.propertyDependencies[key] ?? []).some((urn) => replaced.has(urn)),
    ) &&
    kindOf(step.type).loss !== undefined
  );
}

function shortenedHistory(step: Step): readonly string[] {
  return differencesOf(step)
    .filter(({ path }) => path === "historyRetentionSeconds")
    .flatMap((each) => {
      if (each.kind !== "value" || Number(each.after) >= Number(each.before)) return [];
      const hours = String(Number(each.after) / 3600);
      return [
        `a restore reaches back ${hours} hours from now on, and what is older cannot be restored any more`,
      ];
    });
}

/** A secret that goes with its holder is reported with that; one replaced for the first time takes nothing away. */
function isWorthSaying(steps: readonly Step[]): (change: SecretChange) => boolean {
  const operationOf = new Map(steps.map((step) => [step.urn, step.operation]));
  return ({ change, urn }) =>
    (change === "removed" && operationOf.get(urn) === "update") ||
    (change === "replaced" && operationOf.get(urn) === "update");
}
