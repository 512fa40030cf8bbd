import { type Fields, type SeenAnswer, under } from "../facts.ts";
import { cli, pagination, provider, readyStates, types } from "./shared.ts";

const deployment: Fields = {
  id: "string",
  url: "string",
  name: "string",
  readyState: `string: ${readyStates}`,
  status: `string: ${readyStates}`,
  "target?": "string | null: production, staging",
  createdAt: "integer",
  creator: "object",
  "creator.uid": "string",
  "creator.username?": "string",
  regions: "array",
  public: "boolean",
  type: "string: LAMBDAS",
  version: "integer",
  build: "object",
  "build.env": "array",
  "alias?": "array",
  "aliasAssigned?": "boolean | integer | null",
  "aliasError?": "object | null",
  "aliasError.code": "string",
  "aliasError.message": "string",
  "projectId?": "string",
  "inspectorUrl?": "string | null",
  "meta?": "object",
  "errorCode?": "string",
  "errorMessage?": "string | null",
  "ready?": "integer",
  "buildingAt?": "integer",
};

export const deploymentAnswers: readonly SeenAnswer[] = [
  {
    call: "POST /v13/deployments",
    status: 200,
    source: `${types}, ${provider("deployment")}`,
    fields: deployment,
  },
  {
    call: "GET /v13/deployments/{idOrUrl}",
    status: 200,
    source: `${types}, ${provider("deployment")}, vercel/vercel packages/cli/test/mocks/deployment.ts`,
    fields: deployment,
  },
  {
    call: "GET /v7/deployments",
    status: 200,
    source: `${cli("commands/list/index.ts")}, ${types}`,
    fields: {
      deployments: "array",
      "deployments[].url": "string",
      "deployments[].name": "string",
      "deployments[].readyState": `string: ${readyStates}`,
      "deployments[].createdAt": "integer",
      "deployments[].buildingAt?": "integer",
      "deployments[].target?": "string | null: production, staging",
      pagination: "object",
      ...under("pagination", pagination),
    },
  },
];
