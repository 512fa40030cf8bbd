import { pageStyle } from "../../cli/report/page-style.ts";
import type { Html } from "../../cli/report/html-text.ts";
import { html } from "../../cli/report/html-text.ts";
import { code, words } from "../../cli/review/escape.ts";
import type { ScenarioResult } from "./stage.ts";

/** An acceptance run, as its report shows it. */
export interface AcceptanceRun {
  /** RFC 3339. */
  readonly at: string;
  readonly profile: string;
  /** In how many at the same time the promises were tried. */
  readonly sandboxes: number;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
  readonly seconds: number;
  readonly results: readonly ScenarioResult[];
  /** Scenarios that were not asked for. */
  readonly left: readonly string[];
}

export function isGreen({ faults }: ScenarioResult): boolean {
  return faults.length === 0;
}

/** In a sentence: how many hold. */
export function verdictOf({ results, left }: AcceptanceRun): string {
  const green = results.filter(isGreen).length;
  return (
    `${String(green)} of ${String(results.length)} promises hold` +
    (left.length === 0 ? "." : `; not tried in this run: ${left.join(", ")}.`)
  );
}

function factsOf(run: AcceptanceRun): readonly (readonly [string, string])[] {
  return [
    ["date", run.at],
    ["commit", run.commit],
    ["clouds", `emulators, delay: ${run.profile}`],
    ["machine", run.machine],
    [
      "versions",
      Object.entries(run.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    ],
    ["time", `${run.seconds.toFixed(0)} s, ${String(run.sandboxes)} sandboxes at the same time`],
  ];
}

const signOff = [
  ["name", ""],
  ["date", ""],
  ["verdict", "☐ approved   ☐ rejected   ☐ needs revision"],
  ["remarks", ""],
] as const;

export function acceptanceMarkdown(run: AcceptanceRun): string {
  return [
    "# Acceptance run",
    "",
    `**${verdictOf(run)}**`,
    "",
    ...factsOf(run).map(([name, value]) => `- ${name}: ${words(value)}`),
    ...run.results.flatMap(scenarioLines),
    "",
    "## Sign-off",
    "",
    "|         |                                            |",
    "| ------- | ------------------------------------------ |",
    ...signOff.map(([name, value]) => `| ${name.padEnd(7)} | ${value.padEnd(42)} |`),
    "",
  ].join("\n");
}

function scenarioLines(result: ScenarioResult): readonly string[] {
  const { name, promise, seconds, steps, evidence, measures, faults } = result;
  return [
    "",
    `## ${isGreen(result) ? "✓" : "✗"} ${name}`,
    "",
    `${promise} ${isGreen(result) ? "**Holds**" : "**Does not hold**"}, ${seconds.toFixed(1)} s.`,
    "",
    ...faults.map((fault) => `- **fault**: ${words(fault)}`),
    ...steps.map((step) => `- step: ${words(step.name)}, ${step.seconds.toFixed(1)} s`),
    ...measures.map(
      (each) =>
        `- measured: ${words(each.what)}, ${each.seconds.toFixed(1)} s; limit ${String(each.limit)} s`,
    ),
    ...evidence.map(
      ({ source, claim, found, holds }) =>
        `- ${holds ? "evidence" : "**against it**"}: ${source}, ${words(claim)}: ${code(found)}`,
    ),
  ];
}

export function acceptancePage(run: AcceptanceRun): string {
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>Acceptance run ${run.at}</title>
        <style>
          ${{ html: pageStyle }}
        </style>
      </head>
      <body>
        <main>
          <h1>Acceptance run</h1>
          <p class="badge">${verdictOf(run)}</p>
          <table>
            <tbody>
              ${factsOf(run).map(
                ([name, value]) =>
                  html`<tr>
                    <th>${name}</th>
                    <td>${value}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
          ${run.results.map(scenarioHtml)}
          <section>
            <h2>Sign-off</h2>
            <table>
              <tbody>
                ${signOff.map(
                  ([name, value]) =>
                    html`<tr>
                      <th>${name}</th>
                      <td>${value}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </section>
        </main>
      </body>
    </html> `.html;
}

function scenarioHtml(result: ScenarioResult): Html {
  const { name, promise, seconds, steps, evidence, measures, faults } = result;
  return html`<section>
    <h2>
      <span class="${isGreen(result) ? "good" : "bad"}"
        >${isGreen(result) ? "✓ holds" : "✗ does not hold"}</span
      >
      · ${name}
    </h2>
    <p>${promise} <span class="faint">${seconds.toFixed(1)} s</span></p>
    <ul>
      ${faults.map((fault) => html`<li class="bad">${fault}</li>`)}
    </ul>
    <table>
      <thead>
        <tr>
          <th>step</th>
          <th>time</th>
          <th>limit</th>
        </tr>
      </thead>
      <tbody>
        ${steps.map((step) => {
          const limit = measures.find(({ what }) => what === step.name)?.limit;
          return html`<tr>
            <td>${step.name}</td>
            <td class="number">${step.seconds.toFixed(1)} s</td>
            <td class="number">${limit === undefined ? "" : `${String(limit)} s`}</td>
          </tr>`;
        })}
      </tbody>
    </table>
    <table>
      <thead>
        <tr>
          <th>asked</th>
          <th>evidence</th>
          <th>found</th>
        </tr>
      </thead>
      <tbody>
        ${evidence.map(
          ({ source, claim, found, holds }) =>
            html`<tr>
              <td>${source}</td>
              <td class="${holds ? "good" : "bad"}">${claim}</td>
              <td><code>${found}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section> `;
}
