import { label } from "./escape.ts";
import type { Review, ReviewStep } from "./review.ts";
import { timeText } from "./time-text.ts";

/** The picture of the rollout, in its order; steps that only may run have a dashed border. */
export function mermaid({ steps, changes }: Pick<Review, "steps" | "changes">): readonly string[] {
  const ids = new Map(steps.map(({ name }, index) => [name, `s${String(index)}`]));
  const idOf = (name: string): string => ids.get(name) ?? name;
  const deleted = changes.filter(({ operation }) => operation === "delete").length;
  const last = steps.filter(({ name }) => !steps.some(({ after }) => after.includes(name)));
  return [
    "flowchart LR",
    ...steps.map(
      (step) => `  ${idOf(step.name)}["${label(textOf(step))}"]${step.isCertain ? "" : ":::maybe"}`,
    ),
    ...(deleted > 0 ? [`  gone["${label(`${String(deleted)} deleted`)}"]`] : []),
    ...steps.flatMap(({ name, after }) =>
      after.length === 0 ? [] : [`  ${after.map(idOf).join(" & ")} --> ${idOf(name)}`],
    ),
    ...(deleted > 0 && last.length > 0
      ? [`  ${last.map(({ name }) => idOf(name)).join(" & ")} --> gone`]
      : []),
    ...(steps.some(({ isCertain }) => !isCertain) ? ["  classDef maybe stroke-dasharray: 4 4"] : []),
  ];
}

function textOf({ name, expected }: ReviewStep): string {
  return `${name.replaceAll("-", " ")} · ${expected ? timeText(expected) : "?"}`;
}
