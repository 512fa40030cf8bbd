import { type Fields, type SeenAnswer, under } from "../facts.ts";
import { app, docs } from "./shared.ts";

const apps = "superfly/fly-go flaps/flaps_apps.go";
const appFields: Fields = {
  id: "string",
  name: "string",
  internal_numeric_id: "integer",
  network: "string",
  status: "string",
  machine_count: "integer",
  volume_count: "integer",
  organization: "object",
  "organization.name": "string",
  "organization.slug": "string",
  "organization.internal_numeric_id": "integer",
  cname_target: "string",
};

export const appAnswers: readonly SeenAnswer[] = [
  {
    call: "POST /v1/apps",
    status: 201,
    source: `${apps}, superfly/docs machines/api/apps-resource.html.markerb`,
    fields: appFields,
  },
  {
    call: "GET /v1/apps",
    status: 200,
    source: apps,
    fields: { apps: "array", ...under("apps[]", appFields) },
  },
  { call: `GET ${app}`, status: 200, source: `${docs("get_app")}, ${apps}`, fields: appFields },
];
