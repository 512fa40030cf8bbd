import type { Kind } from "./kind.ts";

const hidden = ["project", "environment", "serviceId"];

/** What Railway has. */
export const railwayKinds: Readonly<Record<string, Kind>> = {
  "pulumi-nodejs:dynamic/railway:Service": {
    cloud: "Railway",
    what: "service",
    namedBy: ["name"],
    loss: {
      rank: 6,
      deleted: "its deployments, variables and logs go",
      replaced: "its deployments, variables and logs go",
    },
  },
  "pulumi-nodejs:dynamic/railway:Variables": {
    cloud: "Railway",
    what: "variables of",
    namedBy: ["service"],
    hidden: [...hidden, "values"],
    loss: { rank: 7, deleted: "every value of them is gone at Railway" },
  },
  "pulumi-nodejs:dynamic/railway:Deployment": {
    cloud: "Railway",
    what: "worker",
    namedBy: ["service"],
    hidden: [...hidden, "image"],
    opaque: ["variablesVersion"],
    idle: ["image", "waitSeconds", "drainingSeconds", "startCommand", "healthPath"],
    properties: {
      sourceDigest: "sources",
      recipe: "recipe of the image (Dockerfile)",
      configDigest: "configuration",
      variablesVersion: "variables",
      waitSeconds: "limit in seconds",
    },
  },
  "pulumi-nodejs:dynamic/railway:Drained": {
    cloud: "Railway",
    what: "no deployments of",
    namedBy: ["service"],
    hidden,
    idle: ["waitSeconds"],
  },
};
