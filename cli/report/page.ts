import { shortRelease } from "../history/table.ts";
import { duration } from "../progress/view.ts";
import type { Html } from "./html-text.ts";
import { html, link } from "./html-text.ts";
import { pageStyle } from "./page-style.ts";
import type { RolloutReport } from "./rollout-report.ts";
import { timelineHtml } from "./timeline-html.ts";

/** A rollout as one HTML page that needs no network and no script. */
export function pageOf(report: RolloutReport): string {
  const title = titleOf(report);
  const { html: text } = html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${{ html: pageStyle }}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p><span class="badge ${resultClass(report)}">${report.result}</span>${headOf(report)}</p>
          <p>${report.description}</p>
          ${section("Timeline", report.timeline ? timelineHtml(report.timeline) : html`<p class="faint">${unknownTimes}</p>`)}
          ${section("Smoke test", smokeHtml(report))} ${section("Health", healthHtml(report))}
          ${section("What changed", changesHtml(report))} ${section("Rollback", list(report.rollback))}
          ${report.notes.length === 0 ? html`` : section("Since then", list(report.notes))}
          ${section(
            "Links",
            html`<ul>
              ${report.links.map(({ text: name, url }) => html`<li>${link(name, url)} <span class="faint">${url}</span></li>`)}
            </ul>`,
          )}
          <p class="faint">Written ${second(report.writtenAt)}.</p>
        </main>
      </body>
    </html> `;
  return text;
}

export const unknownTimes =
  "When its steps ran is not known here: the checkout that ran it keeps that, and the stack's state until a later rollout.";

export function titleOf({ environment, number, release, subject }: RolloutReport): string {
  const name = `Rollout #${String(number)} of ${shortRelease(release)} to ${environment}`;
  return subject === undefined ? name : `${name}: ${subject}`;
}

/** Behind the result: what became of it, when, how long, by whom. */
export function headOf({ standing, at, by, seconds, returnsTo, ciChecks }: RolloutReport): string {
  return [
    "",
    standing,
    second(at),
    ...(seconds === undefined ? [] : [duration(seconds)]),
    `by ${by}`,
    ...(returnsTo === undefined ? [] : [`runs the release of #${String(returnsTo)}`]),
    ...(ciChecks.length === 0 ? [] : [`green: ${ciChecks.join(", ")}`]),
  ].join(" · ");
}

function resultClass({ result }: RolloutReport): string {
  return { succeeded: "good", failed: "bad", "not ended": "" }[result];
}

function section(name: string, body: Html): Html {
  return html`<section>
    <h2>${name}</h2>
    ${body}
  </section>`;
}

function list(lines: readonly string[]): Html {
  return html`<ul>
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;
}

function smokeHtml({ smoke }: RolloutReport): Html {
  if (smoke.length === 0) return html`<p class="faint">Its checks and their times are not known here.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th>check</th>
        <th>result</th>
        <th>time</th>
      </tr>
    </thead>
    <tbody>
      ${smoke.map(
        ({ name, passed, seconds }) =>
          html`<tr>
            <td>${name}</td>
            <td class="${passed ? "good" : "bad"}">${passed ? "passed" : "failed"}</td>
            <td class="number">${seconds.toFixed(2)} s</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function healthHtml({ health }: RolloutReport): Html {
  if (!health) return html`<p class="faint">Of a release that is not live, no health is asked.</p>`;
  return html`<p class="faint">At ${second(health.at)}:</p>
    <table>
      <thead>
        <tr>
          <th>part</th>
          <th>health</th>
          <th>seen</th>
        </tr>
      </thead>
      <tbody>
        ${health.parts.map(
          ({ part, where, health: state, seen }) =>
            html`<tr>
              <td>${part}<br /><span class="faint">${where}</span></td>
              <td class="${{ well: "good", unwell: "bad", unknown: "" }[state]}">${state}</td>
              <td>${seen.join("; ")}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function changesHtml({ changes }: RolloutReport): Html {
  if (!changes) return html`<p>It is the first release that is live there.</p>`;
  const since = html`<p class="faint">Since #${changes.since}, which was live before:</p>`;
  return changes.lines.length === 0
    ? html`${since}
        <p>Nothing differs.</p>`
    : html`${since}${list(changes.lines)}`;
}

export function second(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}
