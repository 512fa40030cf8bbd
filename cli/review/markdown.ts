import { code, words } from "./escape.ts";
import type { Part } from "./fitting.ts";
import { fitting, part } from "./fitting.ts";
import type { Irreversible } from "./irreversible.ts";
import type { Cloud } from "./kinds/kind.ts";
import { clouds } from "./kinds/kind.ts";
import { commitsPart, failedPart, sqlParts, untouchedLines } from "./markdown-reviewer.ts";
import { mermaid } from "./mermaid.ts";
import type { Change, Existing, PendingMigration, Review, ReportedDifference } from "./review.ts";
import type { SecretChange } from "./secret-changes.ts";
import { timeText } from "./time-text.ts";

/** Longest comment that GitHub takes, in characters. */
export const commentLimit = 65_536;

/** By which the comment of a stack is found again. */
export function markerOf(stack: string): string {
  return `<!-- cloud-rollout preview: ${stack} -->`;
}

/** A review as the Markdown of one comment, never longer than GitHub takes. */
export function markdownOf(review: Review, limit: number = commentLimit): string {
  return fitting(partsOf(review), `bin/rollout preview --stack ${review.stack}`, limit);
}

function partsOf(review: Review): readonly Part[] {
  const { changes, irreversible, secrets, stack } = review;
  const visible = changes.filter(({ cloud, isCertain }) => isCertain && cloud !== "Rollout steps");
  const steps = changes.filter(({ cloud, isCertain }) => isCertain && cloud === "Rollout steps");
  const perhaps = changes.filter(({ isCertain }) => !isCertain);
  return [
    part([markerOf(stack), `## What a rollout to ${code(stack)} would do`, "", summary(review), ""], []),
    ...refusalPart(review),
    ...failedPart(review),
    ...(irreversible.length === 0
      ? []
      : [part(["### Cannot be undone"], irreversible.map(irreversibleLine), [""])]),
    ...existingPart(review),
    ...commitsPart(review),
    ...clouds.flatMap((cloud) => ofCloud(cloud, visible)),
    ...migrationPart(review),
    ...sqlParts(review),
    ...secretsPart(secrets),
    ...picture(review),
    ...folded(`${String(perhaps.length)} more may change`, perhaps.map(changeLine), [
      "Each depends on a value that only the rollout makes, and is left alone where that turns out to be what it was.",
    ]),
    ...folded(`${String(steps.length)} steps of the rollout itself`, steps.map(changeLine)),
    ...(changes.length === 0 ? [] : folded(untouchedTitle(review), untouchedLines(review))),
    ...folded(
      counted(review.warnings.length, "warning"),
      review.warnings.map((each) => `- ${words(each)}`),
    ),
    part([], [gateLine(review)]),
  ];
}

/** Names the clouds in which nothing changes. */
function untouchedTitle({ untouched, changes }: Review): string {
  const quiet = clouds.filter(
    (cloud) =>
      untouched.some((each) => each.cloud === cloud) && !changes.some((each) => each.cloud === cloud),
  );
  return `${String(untouched.length)} stay as they are${quiet.length === 0 ? "" : `: all of ${quiet.join(", ")}`}`;
}

/** First of all, since nothing of the rest happens then. */
function refusalPart({ gate: { refusals } }: Review): readonly Part[] {
  if (refusals.length === 0) return [];
  return [
    part(
      ["### The gate would refuse this now"],
      refusals.map((reason) => `- ${words(reason)}`),
      [""],
    ),
  ];
}

function summary({ changes, irreversible, unchanged, expected, release }: Review): string {
  const certain = changes.filter(({ isCertain }) => isCertain);
  const counts = operationOrder
    .map((operation) => [operation, certain.filter((each) => each.operation === operation).length] as const)
    .filter(([, count]) => count > 0)
    .map(([operation, count]) => `${String(count)} ${past[operation]}`);
  const perhaps = changes.length - certain.length;
  const what = [
    ...(irreversible.length > 0 ? [`**${String(irreversible.length)} cannot be undone**`] : []),
    ...(changes.length === 0 ? ["**nothing changes**"] : counts),
    ...(perhaps > 0 ? [`${String(perhaps)} perhaps`] : []),
    `${String(unchanged)} unchanged`,
  ].join(", ");
  const from = release.after
    ? ` Release ${release.before && release.before !== release.after ? `${code(release.before)} → ` : ""}${code(release.after)}.`
    : "";
  return `${what}.${from}${changes.length === 0 ? "" : ` ${expectation(expected)}`}`;
}

function expectation(expected: Review["expected"]): string {
  const { without } = expected;
  if (expected.seconds === 0) return "How long it takes is not known.";
  const missing =
    without.length === 0
      ? ""
      : `, without ${without.length > 3 ? `${String(without.length)} steps` : without.map(code).join(", ")} of which no time is known`;
  return `Expected time: ${timeText(expected)}${missing}.`;
}

function irreversibleLine({ what, named, happens, loss }: Irreversible): string {
  return `- **${[words(what), ...(named === undefined ? [] : [code(named)]), words(happens)].join(" ")}**: ${words(loss)}`;
}

function existingPart({ existing, stack }: Review): readonly Part[] {
  if (existing.length === 0) return [];
  const ends = existing.some(({ harm }) => harm !== undefined)
    ? `The gate refuses a rollout over it. To take it over as it is: ${code(`bin/rollout adopt --stack ${stack}`)}`
    : "The rollout takes it over.";
  return [part(["### Exists already"], existing.map(existingLine), ["", ends, ""])];
}

function existingLine({ thing, state, harm, belongsTo }: Existing): string {
  const owner = belongsTo === undefined ? "" : `, of ${code(belongsTo)}`;
  return `- **${words(thing)}**${owner} (${words(state)})${harm === undefined ? "" : `: ${words(harm)}`}`;
}

type Operation = Change["operation"];

const operationOrder: readonly Operation[] = [
  ...(["delete", "replace", "update", "create", "exists", "import", "read"] as const),
];

const past: Readonly<Record<Operation, string>> = {
  exists: "there already",
  delete: "deleted",
  replace: "replaced",
  update: "changed",
  create: "created",
  import: "taken over",
  read: "read",
};

function ofCloud(cloud: Cloud, changes: readonly Change[]): readonly Part[] {
  const own = changes.filter((each) => each.cloud === cloud);
  return own.length === 0 ? [] : [part([`**${cloud}**`], sorted(own).map(changeLine), [""])];
}

function sorted(changes: readonly Change[]): readonly Change[] {
  return operationOrder.flatMap((operation) => changes.filter((each) => each.operation === operation));
}

function changeLine({ operation, what, named, differences, reasons }: Change): string {
  const subject = [words(what), ...(named === undefined ? [] : [code(named)])].join(" ");
  const details = [...differences.map(differenceText), ...reasons.map(words)];
  return `- ${past[operation]}: ${subject}${details.length === 0 ? "" : `: ${details.join("; ")}`}`;
}

function differenceText({ property, kind, before, after }: ReportedDifference): string {
  const name = words(property);
  if (kind === "secret") return `${name} → others`;
  const old = before === undefined ? "" : `${code(before)} `;
  if (kind === "unknown") return `${name} ${old}→ known in the rollout`;
  return after === undefined ? `${name} ${old}→ taken out` : `${name} ${old}→ ${code(after)}`;
}

function migrationPart(review: Review): readonly Part[] {
  const { migrations } = review;
  const lines =
    migrations === "other"
      ? [
          "- the database was migrated by another set than the checkout's: what it lacks of these runs, an older release none",
        ]
      : migrations.map(migrationLine);
  return lines.length === 0 ? [] : [part([`**Migrations**${rollback(review)}`], lines, [""])];
}

/** What finds out whether the rollout could be undone, where no migration declares that it could not. */
function rollback({ migrations, stack }: Review): string {
  if (migrations === "other" || migrations.some(({ oneWay }) => oneWay !== undefined)) return "";
  return `, none declared one-way: refused if the live release fails on the new schema, as ${code(`bin/rollout rehearse --stack ${stack}`)} shows`;
}

function migrationLine({ name, findings, oneWay, isLate }: PendingMigration): string {
  const told = (of: PendingMigration["findings"]): string =>
    of.map(({ rule, subject }) => code([rule, subject].join(" ").trim())).join(", ");
  const declared = findings.filter((finding) => finding.declared !== undefined);
  const undeclared = findings.filter((finding) => finding.declared === undefined);
  return [
    `- runs ${code(name)}`,
    ...(isLate ? ["it stands before one that has run"] : []),
    ...(declared.length === 0 ? [] : [`declared: ${told(declared)}`]),
    ...(oneWay === undefined ? [] : ["declared **one-way**"]),
    ...(undeclared.length === 0 ? [] : [`**refused** until declared: ${told(undeclared)}`]),
  ].join("; ");
}

function secretsPart(secrets: readonly SecretChange[]): readonly Part[] {
  const told = secrets.filter(({ change }) => change !== "unknown");
  const unknown = secrets.filter(({ change }) => change === "unknown");
  const places = [...new Set(unknown.map(placeOf))];
  const lines = [
    ...told.map(secretLine),
    ...places.map((place) => {
      const names = unknown.filter((each) => placeOf(each) === place).map(({ name }) => code(name));
      return `- perhaps, which the rollout reports: ${names.join(", ")} of ${place}`;
    }),
  ];
  if (lines.length === 0) return [];
  const hasDigests = told.some(({ before, after }) => before !== undefined || after !== undefined);
  return [
    part([`**Secrets**${hasDigests ? ", by digests that only this stack can make" : ""}`], lines, [""]),
  ];
}

function placeOf({ where, place }: SecretChange): string {
  return place === undefined ? words(where) : `${words(where)} ${code(place)}`;
}

function secretLine(secret: SecretChange): string {
  const { name, change, before, after } = secret;
  const [old, next] = [before, after].map((digest) => (digest === undefined ? undefined : code(digest)));
  const value = old && next ? `: ${old} → ${next}` : next ? `: ${next}` : old ? `: was ${old}` : "";
  return `- ${change}: ${code(name)} of ${placeOf(secret)}${value}`;
}

function picture(review: Review): readonly Part[] {
  if (review.steps.length === 0) return [];
  return [{ head: ["```mermaid"], lines: mermaid(review), tail: ["```", ""], kind: "picture" }];
}

function folded(title: string, lines: readonly string[], above: readonly string[] = []): readonly Part[] {
  if (lines.length === 0) return [];
  const head = [`<details><summary>${title}</summary>`, "", ...above.flatMap((each) => [each, ""])];
  return [part(head, lines, ["", "</details>", ""])];
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function gateLine({ gate: { commit, requiredChecks } }: Review): string {
  const asked = [
    ...(requiredChecks.length === 0 ? [] : [`${requiredChecks.map(code).join(", ")} green`]),
    ...(commit === undefined ? [] : [`on commit ${code(commit.slice(0, 12))}`]),
  ];
  return `The gate is asked when the rollout begins${asked.length === 0 ? "" : `, and wants ${asked.join(" ")}`}.`;
}
