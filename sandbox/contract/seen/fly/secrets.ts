import { type Fields, type SeenAnswer, under } from "../facts.ts";
import { app } from "./shared.ts";

const secretTypes = "superfly/fly-go secrets_types.go";
const secret: Fields = {
  name: "string",
  "value?": "string",
  "digest?": "string",
  "created_at?": "string",
  "updated_at?": "string",
};

export const secretAnswers: readonly SeenAnswer[] = [
  {
    call: `GET ${app}/secrets`,
    status: 200,
    source: secretTypes,
    fields: { secrets: "array", ...under("secrets[]", secret) },
  },
  {
    call: `POST ${app}/secrets`,
    status: 200,
    source: secretTypes,
    fields: { secrets: "array", ...under("secrets[]", secret), version: "integer" },
  },
  {
    call: `POST ${app}/secrets/{secret_name}`,
    status: 201,
    source: secretTypes,
    fields: { ...secret, version: "integer" },
  },
  {
    call: `DELETE ${app}/secrets/{secret_name}`,
    status: 200,
    source: secretTypes,
    fields: { version: "integer" },
  },
];
