import { type Fields, type SeenAnswer, under } from "../facts.ts";
import { provider, types } from "./shared.ts";

const variable: Fields = {
  id: "string",
  key: "string",
  // Of a sensitive one there is none to read.
  "value?": "string",
  type: "string: plain, encrypted, system, sensitive, secret",
  "target?": "array | string",
  "gitBranch?": "string | null",
  "customEnvironmentIds?": "array",
  "comment?": "string",
  "createdAt?": "integer",
  "updatedAt?": "integer",
  "configurationId?": "string | null",
  "decrypted?": "boolean",
};

export const variableAnswers: readonly SeenAnswer[] = [
  {
    call: "GET /v10/projects/{idOrName}/env",
    status: 200,
    source: `${types}, ${provider("environment_variable")}`,
    fields: { envs: "array", ...under("envs[]", variable) },
  },
  {
    call: "POST /v10/projects/{idOrName}/env",
    status: 201,
    source: `${provider("environment_variable")}, vercel/vercel#16588`,
    fields: {
      created: "object | array",
      failed: "array",
      "failed[].error": "object",
      "failed[].error.code": "string",
      "failed[].error.message": "string",
      "failed[].error.envVarKey?": "string",
      "failed[].error.envVarId?": "string",
      "failed[].error.target?": "array | string",
      "failed[].error.gitBranch?": "string | null",
    },
  },
];
