import type { Deployment, Issue, Repository } from "./state.ts";

/** Text that came from elsewhere, as HTML shows it and reads nothing in it. */
export function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (each) => `&#${String(each.codePointAt(0) ?? 63)};`);
}

const style =
  "body{font:15px sans-serif;max-width:60em;margin:2em auto;padding:0 1em}pre{white-space:pre-wrap}";

export function page(title: string, parts: readonly string[]): string {
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>`,
    `<style>${style}</style></head><body><h1>${escaped(title)}</h1>`,
    ...parts,
    "</body></html>\n",
  ].join("\n");
}

const pathOf = ({ owner, name }: Repository): string =>
  `/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;

const kindOf = ({ pullRequest }: Issue): string => (pullRequest ? "pull" : "issues");

export function issuePage(repository: Repository, issue: Issue): string {
  const { number, title, state, labels, createdAt, body, comments } = issue;
  const facts = [state, `made ${createdAt}`, ...(labels.length > 0 ? [`labels: ${labels.join(", ")}`] : [])];
  return page(`${title} #${String(number)}`, [
    `<p><a href="${pathOf(repository)}/issues">${escaped(`${repository.owner}/${repository.name}`)}</a>`,
    `${escaped(facts.join(" · "))}</p>`,
    text(body ?? ""),
    ...comments.flatMap((comment) => [
      `<h2 id="issuecomment-${String(comment.id)}">Comment of ${escaped(comment.createdAt)}</h2>`,
      text(comment.body),
    ]),
  ]);
}

export function issuesPage(repository: Repository): string {
  const items = repository.issues.toReversed().map((issue) => {
    const address = `${pathOf(repository)}/${kindOf(issue)}/${String(issue.number)}`;
    return `<li><a href="${address}">#${String(issue.number)} ${escaped(issue.title)}</a> ${issue.state}</li>`;
  });
  return page(`Issues of ${repository.owner}/${repository.name}`, [`<ul>${items.join("\n")}</ul>`]);
}

/** @param environment only those there; all where there is none. */
export function deploymentsPage(repository: Repository, environment: string | undefined): string {
  const items = repository.deployments
    .filter((deployment) => environment === undefined || deployment.environment === environment)
    .toReversed()
    .map((deployment) => `<li>${escaped(deploymentText(deployment))}</li>`);
  return page(`Deployments of ${repository.owner}/${repository.name}`, [`<ul>${items.join("\n")}</ul>`]);
}

function deploymentText({ id, environment, sha, createdAt, statuses }: Deployment): string {
  const newest = statuses.findLast(({ state }) => state !== "inactive");
  const status = newest === undefined ? "pending" : `${newest.state}: ${newest.description}`;
  return `${environment}: commit ${sha.slice(0, 12)} of ${createdAt}, deployment ${String(id)}, ${status}`;
}

/** Markdown is shown as it was written. */
function text(markdown: string): string {
  return `<pre>${escaped(markdown)}</pre>`;
}
