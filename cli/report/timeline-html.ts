import { duration } from "../progress/view.ts";
import type { Html } from "./html-text.ts";
import { html } from "./html-text.ts";
import type { Timeline, TimelineStep } from "./timeline.ts";

/** A step that takes a smaller share of it stands folded, unless it is on the critical path or has failed. */
export const shownShare = 0.01;

/** The steps as bars over one axis of time. Each row says in words what its colour says. */
export function timelineHtml(timeline: Timeline): Html {
  const shown = timeline.steps.filter((step) => isShown(step, timeline));
  const folded = timeline.steps.filter((step) => !isShown(step, timeline));
  const row = (step: TimelineStep): Html => stepRow(step, timeline.seconds);
  const start =
    timeline.startSeconds === undefined || timeline.startSeconds / timeline.seconds < shownShare
      ? []
      : [
          stepRow(
            {
              name: "engine and program start",
              action: "",
              begun: 0,
              seconds: timeline.startSeconds,
              isCritical: true,
            },
            timeline.seconds,
          ),
        ];
  return html`<p>${summaryOf(timeline)}</p>
    <div class="timeline">${scaleRow(timeline.seconds)}${start}${shown.map(row)}</div>
    ${
      folded.length === 0
        ? html``
        : html`<details>
            <summary>${folded.length} shorter steps</summary>
            <div class="timeline">${folded.map(row)}</div>
          </details>`
    }`;
}

export function isShown({ isCritical, outcome, seconds }: TimelineStep, timeline: Timeline): boolean {
  return isCritical || outcome !== "done" || seconds >= timeline.seconds * shownShare;
}

/** What decided how long it took, in words. */
export function summaryOf({ seconds, startSeconds, critical, source }: Timeline): string {
  const rest = [
    ...(startSeconds === undefined ? [] : [`engine and program start ${duration(startSeconds)}`]),
    `between steps ${duration(critical.waits)}`,
  ];
  return (
    `${duration(seconds)} in all; the steps on the critical path took ${duration(critical.seconds)} of them, ${rest.join(", ")}.` +
    (source === "state"
      ? " Read from the stack's state: a step that has run again since is missing, and there are no expected times."
      : "")
  );
}

type Row = Pick<TimelineStep, "name" | "action" | "begun" | "seconds" | "isCritical" | "expected"> & {
  readonly outcome?: TimelineStep["outcome"];
};

function stepRow(step: Row, total: number): Html {
  const { name, action, begun, seconds, isCritical, expected, outcome = "done" } = step;
  const [left, width] = [share(begun, total), share(seconds, total)];
  const kind = outcome === "done" ? (isCritical ? "critical" : "") : outcome === "given up" ? "" : "failed";
  const mark =
    expected === undefined
      ? html``
      : html`<span
          class="expected"
          style="left:${share(begun + expected, total)}%"
          title="expected end"
        ></span>`;
  return html`<div class="step ${kind}">
    <span class="name" title="${action}">${name}</span>
    <span class="track"
      ><span class="bar" style="left:${left}%;width:${Math.min(width, 100 - left)}%"></span>${mark}</span
    >
    <span class="time">${timeText(step)}</span>
  </div> `;
}

/** `2.1 s, expected 1.9 s · critical`. */
export function timeText({ seconds, expected, isCritical, outcome = "done" }: Row): string {
  return [
    duration(seconds),
    ...(outcome === "done" ? [] : [outcome === "running" ? "not ended" : outcome]),
    ...(expected === undefined ? [] : [`usually ${duration(expected)}`]),
    ...(isCritical ? ["critical"] : []),
  ].join(" · ");
}

function scaleRow(total: number): Html {
  const marks = [0, 0.25, 0.5, 0.75, 1].map(
    (part) => html`<span style="left:${part * 100}%">${duration(part * total)}</span>`,
  );
  return html`<div class="step scale">
    <span class="name"></span><span class="track">${marks}</span><span class="time"></span>
  </div> `;
}

/** In percent of the axis, on it. */
function share(seconds: number, total: number): number {
  const percent = total > 0 ? (seconds / total) * 100 : 0;
  return Number(Math.min(100, Math.max(0, percent)).toFixed(2));
}
