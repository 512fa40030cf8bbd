import { code, words } from "../review/escape.ts";
import { duration } from "../progress/view.ts";
import { headOf, second, titleOf, unknownTimes } from "./page.ts";
import type { RolloutReport } from "./rollout-report.ts";
import { isShown, summaryOf, timeText } from "./timeline-html.ts";
import type { Timeline, TimelineStep } from "./timeline.ts";

/** Characters that a bar has for all of the time. */
const barWidth = 40;

/** The same as the page, as Markdown: for the summary of a workflow's job, an issue, or a mail. */
export function reportMarkdown(report: RolloutReport): string {
  const { result, description, timeline, smoke, health, changes, rollback, notes, links } = report;
  return [
    `## ${words(titleOf(report))}`,
    "",
    `**${result}**${words(headOf(report))}`,
    "",
    words(description),
    ...chapter("Timeline", timeline ? timelineLines(timeline) : [unknownTimes]),
    ...chapter(
      "Smoke test",
      smoke.length === 0
        ? ["Its checks and their times are not known here."]
        : list(
            smoke.map(
              (each) =>
                `${code(each.name)}: ${each.passed ? "passed" : "**failed**"}, ${each.seconds.toFixed(2)} s`,
            ),
          ),
    ),
    ...chapter(
      "Health",
      health
        ? [
            `At ${second(health.at)}:`,
            "",
            ...list(
              health.parts.map(
                ({ part, where, health: state, seen }) =>
                  `${code(part)} **${state}**, ${words(where)}: ${words(seen.join("; "))}`,
              ),
            ),
          ]
        : ["Of a release that is not live, no health is asked."],
    ),
    ...chapter(
      "What changed",
      changes
        ? [
            `Since #${String(changes.since)}, which was live before:`,
            "",
            ...(changes.lines.length === 0 ? ["Nothing differs."] : list(changes.lines.map(words))),
          ]
        : ["It is the first release that is live there."],
    ),
    ...chapter("Rollback", list(rollback.map(words))),
    ...(notes.length === 0 ? [] : chapter("Since then", list(notes.map(words)))),
    ...chapter(
      "Links",
      list(links.map(({ text, url }) => `${words(text)}: <${url.replace(/[<>\s]/g, "")}>`)),
    ),
    "",
  ].join("\n");
}

function chapter(name: string, lines: readonly string[]): readonly string[] {
  return ["", `### ${name}`, "", ...lines];
}

function list(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `- ${line}`);
}

/** Bars of characters, in a fence: GitHub draws them with a fixed width. */
function timelineLines(timeline: Timeline): readonly string[] {
  const shown = timeline.steps.filter((step) => isShown(step, timeline));
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  const folded = timeline.steps.length - shown.length;
  return [
    words(summaryOf(timeline)),
    "",
    "```text",
    ...shown.map(
      (step) =>
        `${step.name.replaceAll("`", "'").padEnd(width)} ${barOf(step, timeline.seconds)} ${timeText(step)}`,
    ),
    "```",
    ...(folded === 0
      ? []
      : ["", `${String(folded)} shorter steps are left out; all took ${duration(timeline.seconds)}.`]),
  ];
}

function barOf({ begun, seconds, isCritical }: TimelineStep, total: number): string {
  const at = (time: number): number => Math.min(barWidth, Math.round((time / total) * barWidth));
  const left = Math.min(at(begun), barWidth - 1);
  const length = Math.max(1, at(begun + seconds) - left);
  return `|${`${" ".repeat(left)}${(isCritical ? "█" : "▒").repeat(length)}`.padEnd(barWidth)}|`;
}
