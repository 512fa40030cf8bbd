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
export async function openIncident(github: GitHub, incident: Incident): Promise<string> {
  const { owner, repository: repo, title, body } = incident;
  const same = await findOpen(github, incident);
  if (same) return same.html_url;
  const labels = labelsOf(incident);
  const made = await github.rest.issues.create({ owner, repo, title, body, labels });
  return made.data.html_url;
}

type Named = Omit<Incident, "body">;

/** Adds a comment to the open incident with this title. Gives its number; nothing where none is open. */
export async function commentOnIncident(
  github: GitHub,
  incident: Named & { readonly comment: string },
): Promise<number | undefined> {
  const open = await findOpen(github, incident);
  if (!open) return undefined;
  const { owner, repository: repo, comment: body } = incident;
  await github.rest.issues.createComment({ owner, repo, issue_number: open.number, body });
  return open.number;
}

/** Closes the open incident with this title, with a last comment; nothing where none is open. */
export async function closeIncident(
  github: GitHub,
  incident: Named & { readonly comment: string },
): Promise<void> {
  const number = await commentOnIncident(github, incident);
  if (number === undefined) return;
  const { owner, repository: repo } = incident;
  await github.rest.issues.update({ owner, repo, issue_number: number, state: "closed" });
}

const labelsOf = ({ environment }: Named): string[] => [incidentLabel, `environment: ${environment}`];

async function findOpen(
  github: GitHub,
  incident: Named,
): Promise<{ readonly number: number; readonly html_url: string } | undefined> {
  const { owner, repository: repo, title } = incident;
  const labels = labelsOf(incident).join(",");
  const { data } = await github.rest.issues.listForRepo({
    owner,
    repo,
    state: "open",
    labels,
    per_page: 100,
  });
  return data.find((each) => each.title === title);
}
