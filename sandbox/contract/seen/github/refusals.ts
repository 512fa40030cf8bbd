import { type SeenRefusal, type SeenHeader } from "../facts.ts";
import { deployments, environment, hub4j, octokit, pygithub, repository } from "./shared.ts";

export const refusals: readonly SeenRefusal[] = [
  {
    call: "any",
    when: "a token that is not one",
    status: 401,
    message: /^Bad credentials$/,
    source: pygithub("SpecificExceptions.testBadCredentials"),
  },
  {
    call: `GET ${repository}`,
    when: "a repository that is not there, or not to be seen",
    status: 404,
    message: /^Not Found$/,
    source: hub4j("GHRepositoryForkBuilderTest/testTimeoutMessage"),
    notEmulated: "every repository that is asked for exists",
  },
  {
    call: `GET ${environment}`,
    when: "an environment that is not there",
    status: 404,
    message: /^Not Found$/,
    source: pygithub("Environment.testDeleteEnvironment"),
  },
  {
    call: "any",
    when: "too many calls, or too many writes",
    status: 403,
    message: /secondary rate limit and have been/,
    source: "octokit/plugin-throttling#667, peter-evans/create-pull-request#855",
  },
  {
    call: "any",
    when: "a right that the token lacks",
    status: 403,
    message: /^Resource not accessible by /,
    source: "cli/cli#8843, cli/cli#12597, sortie-ai/sortie#765",
  },
  {
    call: `PUT ${environment}`,
    when: "reviewers or a wait on a plan without them",
    status: 422,
    message: /^Failed to create the environment protection rule/,
    source: "backstage/backstage#28977, github/docs#24302",
  },
  {
    call: `PATCH ${repository}/git/refs/{ref}`,
    when: "a commit that does not follow",
    status: 422,
    message: /^Update is not a fast forward$/,
    source: "rust-lang/homu#75, rust-lang/homu#197",
  },
  {
    call: `POST ${repository}/git/refs`,
    when: "a name that is taken",
    status: 422,
    message: /^Reference already exists$/,
    source: "renovatebot/renovate#20281",
  },
  {
    call: `POST ${deployments}`,
    when: "required contexts that are not green",
    status: 409,
    message: /Commit status checks failed for/,
    source: "nexthink-oss/ghup#135",
  },
  {
    call: `POST ${repository}/pulls`,
    when: "a pull request of that branch is open",
    status: 422,
    message: /^Validation Failed$/,
    source: hub4j("GHIssueEventTest/testIssueReviewRequestedEvent"),
  },
  {
    call: `PATCH ${repository}/pulls/{pull_number}`,
    when: "a base that is not there",
    status: 422,
    message: /^Validation Failed$/,
    source: hub4j("GHPullRequestTest/setBaseBranchNonExisting"),
    notEmulated: "branches that were pushed are not known here, so each is there",
  },
  {
    call: `POST ${repository}/check-runs`,
    when: "completed without a conclusion",
    status: 422,
    message: /^Invalid request\./,
    source: hub4j("GHCheckRunBuilderTest/createCheckRunErrMissingConclusion"),
  },
  {
    call: `POST ${repository}/check-runs`,
    when: "a token that is of no app",
    status: 403,
    message: /^You must authenticate via a GitHub App\.$/,
    source: "EnricoMi/publish-unit-test-result-action#31, actions/github-script#118",
  },
];

export const headers: readonly SeenHeader[] = [
  "x-github-request-id",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
].map((header) => ({
  header,
  source: octokit("create-status", "git-refs", "errors"),
}));
