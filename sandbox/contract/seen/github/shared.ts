import { type Fields } from "../facts.ts";

export const pygithub = (...names: readonly string[]): string =>
  names.map((name) => `PyGithub/PyGithub tests/ReplayData/${name}.txt`).join(", ");

export const octokit = (...scenarios: readonly string[]): string =>
  scenarios.map((name) => `octokit/fixtures scenarios/api.github.com/${name}/raw-fixture.json`).join(", ");

export const hub4j = (...tests: readonly string[]): string =>
  tests
    .map(
      (name) =>
        `hub4j/github-api src/test/resources/org/kohsuke/github/${name.replace("/", "/wiremock/")}/mappings`,
    )
    .join(", ");

export const repository = "/repos/{owner}/{repo}";

export const environment = `${repository}/environments/{environment_name}`;

export const deployments = `${repository}/deployments`;

/** Recordings of 2025 have `user_view_type` as well. */
export const account: Fields = {
  login: "string",
  id: "integer",
  node_id: "string",
  avatar_url: "string",
  url: "string",
  html_url: "string",
  type: "string: User, Bot, Organization",
  site_admin: "boolean",
};

export const dated: Fields = { created_at: "string", updated_at: "string" };
