import { type Fields, type SeenAnswer, under } from "../facts.ts";
import { dated, environment, pygithub, repository } from "./shared.ts";

const secrets: Fields = {
  total_count: "integer",
  secrets: "array",
  ...under("secrets[]", { name: "string", ...dated }),
};
const variables: Fields = {
  total_count: "integer",
  variables: "array",
  ...under("variables[]", { name: "string", value: "string", ...dated }),
};
const publicKey: Fields = { key_id: "string", key: "string" };

export const secretAnswers: readonly SeenAnswer[] = [
  {
    call: `GET ${repository}/actions/secrets`,
    status: 200,
    source: pygithub("Repository.testRepoSecrets"),
    fields: secrets,
  },
  {
    call: `GET ${repository}/actions/secrets/public-key`,
    status: 200,
    source: pygithub("Repository.testCreateRepoActionsSecret", "Repository.testRepoSecrets"),
    fields: publicKey,
  },
  {
    call: `PUT ${repository}/actions/secrets/{secret_name}`,
    status: 201,
    // Of one that was there.
    documentedStatuses: [204],
    source: pygithub("Repository.testCreateRepoActionsSecret", "Repository.testRepoSecrets"),
    fields: {},
  },
  {
    call: `DELETE ${repository}/actions/secrets/{secret_name}`,
    status: 204,
    source: pygithub("Repository.testRepoSecrets", "Repository.testDeleteSecret"),
    fields: {},
  },
  {
    call: `GET ${repository}/actions/variables`,
    status: 200,
    source: pygithub("Repository.testRepoVariables"),
    fields: variables,
  },
  {
    call: `POST ${repository}/actions/variables`,
    status: 201,
    source: pygithub("Repository.testRepoVariables", "Repository.testRepoVariable"),
    fields: {},
  },
  {
    call: `PATCH ${repository}/actions/variables/{name}`,
    status: 204,
    source: pygithub("Repository.testRepoVariable"),
    fields: {},
  },
  {
    call: `DELETE ${repository}/actions/variables/{name}`,
    status: 204,
    source: pygithub("Repository.testRepoVariables"),
    fields: {},
  },
  {
    call: `GET ${environment}/secrets`,
    status: 200,
    source: pygithub("Environment.testEnvironmentSecrets"),
    fields: secrets,
  },
  {
    call: `GET ${environment}/secrets/public-key`,
    status: 200,
    source: pygithub("Environment.testEnvironmentSecrets", "Environment.testEnvironmentSecret"),
    fields: publicKey,
  },
  {
    call: `GET ${environment}/secrets/{secret_name}`,
    status: 200,
    source: pygithub("Environment.testEnvironmentSecret"),
    fields: { name: "string", ...dated },
  },
  {
    call: `DELETE ${environment}/secrets/{secret_name}`,
    status: 204,
    source: pygithub("Environment.testEnvironmentSecret"),
    fields: {},
  },
  {
    call: `GET ${environment}/variables`,
    status: 200,
    source: pygithub("Environment.testEnvironmentVariables"),
    fields: variables,
  },
  {
    call: `POST ${environment}/variables`,
    status: 201,
    source: pygithub("Environment.testEnvironmentVariables"),
    fields: {},
  },
  {
    call: `PATCH ${environment}/variables/{name}`,
    status: 204,
    source: pygithub("Environment.testEnvironmentVariable"),
    fields: {},
  },
  {
    call: `DELETE ${environment}/variables/{name}`,
    status: 204,
    source: pygithub("Environment.testEnvironmentVariable"),
    fields: {},
  },
];
