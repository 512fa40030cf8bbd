import { type Fields, type SeenAnswer, under } from "../facts.ts";

const releases = "superfly/flyctl internal/uiex/releases.go";
const release: Fields = {
  id: "string",
  version: "integer",
  stable: "boolean",
  in_progress: "boolean",
  status: "string",
  strategy: "string: BLUEGREEN, CANARY, IMMEDIATE, ROLLING, ROLLING_ONE, SIMPLE",
  user: "string",
  created_at: "string",
  image_ref: "string",
};

export const releaseAnswers: readonly SeenAnswer[] = [
  {
    call: "POST /api/v1/releases",
    status: 201,
    source: releases,
    fields: { release: "object", ...under("release", release) },
  },
  {
    call: "GET /api/v1/apps/{app_name}/releases",
    status: 200,
    source: releases,
    fields: { releases: "array", ...under("releases[]", release) },
  },
  {
    call: "GET /api/v1/apps/{app_name}/releases/current",
    status: 200,
    source: releases,
    fields: release,
  },
  {
    call: "POST /graphql",
    status: 200,
    source: "superfly/fly-go schema.graphql, resource_images.go",
    fields: {
      "data?": "object | null",
      "data.app?": "object | null",
      "data.app.id?": "string",
      "data.app.image?": "object | null",
      "data.app.image.digest?": "string",
      "data.app.image.ref?": "string",
      "errors?": "array",
      "errors[].message": "string",
      // An image that is not there has no code.
      "errors[].extensions?": "object",
      "errors[].extensions.code?": "string",
    },
  },
];
