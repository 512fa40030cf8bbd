import type { GitHub, Repository } from "../../github/client.ts";

export interface Incident extends Repository {
  readonly environment: string;
  readonly title: string;
  /** Markdown. Never a secret. */
  readonly body: string;
}

/** Label of every incident's issue. */
export const incidentLabel = "incident";

/** Opens an issue, unless an open one has the same title: then that one is taken. Gives its address. */
export async function openIncident(
  github: GitHub,
  { owner, repository: repo, environment, title, body }: Incident,
): Promise<string> {
  const labels = [incidentLabel, `environment: ${environment}`];
  const { data: open } = await github.rest.issues.listForRepo({
    owner,
    repo,
    state: "open",
    labels: labels.join(","),
    per_page: 100,
  });
  const same = open.find((each) => each.title === title);
  if (same) return same.html_url;
  const made = await github.rest.issues.create({ owner, repo, title, body, labels });
  return made.data.html_url;
}

/** Closes the open incident with this title, with a last comment; nothing where none is open. */
export async function closeIncident(
  github: GitHub,
  {
    owner,
    repository: repo,
    environment,
    title,
    comment,
  }: Omit<Incident, "body"> & { readonly comment: string },
): Promise<void> {
  const labels = [incidentLabel, `environment: ${environment}`].join(",");
  const { data } = await github.rest.issues.listForRepo({
    owner,
    repo,
    state: "open",
    labels,
    per_page: 100,
  });
  const open = data.find((each) => each.title === title);
  if (!open) return;
  await github.rest.issues.createComment({ owner, repo, issue_number: open.number, body: comment });
  await github.rest.issues.update({ owner, repo, issue_number: open.number, state: "closed" });
}
