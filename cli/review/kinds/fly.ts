import type { Kind } from "./kind.ts";

/** What Fly has. */
export const flyKinds: Readonly<Record<string, Kind>> = {
  "pulumi-nodejs:dynamic/fly:App": {
    cloud: "Fly",
    what: "app",
    namedBy: ["name"],
    loss: {
      rank: 6,
      deleted: "its machines and its secrets go, and its name is free for others",
      replaced: "its machines and its secrets go, and its name is free for others",
    },
  },
  "pulumi-nodejs:dynamic/fly:AppSecrets": {
    cloud: "Fly",
    what: "secrets of",
    namedBy: ["app"],
    hidden: ["values"],
    loss: { rank: 7, deleted: "every value of them is gone at Fly" },
  },
  "pulumi-nodejs:dynamic/fly:Deployment": {
    cloud: "Fly",
    what: "worker",
    namedBy: ["app"],
    hidden: ["minSecretsVersion", "image"],
    // Fly's own digests stand in it.
    opaque: ["secretsVersion"],
    idle: ["minSecretsVersion", "image", "waitSeconds", "config", "isReturn"],
    properties: {
      sourceDigest: "sources",
      recipe: "recipe of the image (Dockerfile)",
      configDigest: "configuration",
      config: "configuration file",
      secretsVersion: "secrets",
      count: "machines",
      machineSettings: "machine",
      waitSeconds: "limit in seconds",
    },
  },
  "pulumi-nodejs:dynamic/fly:Drained": {
    cloud: "Fly",
    what: "no machines of",
    namedBy: ["app"],
    idle: ["waitSeconds"],
  },
  "pulumi-nodejs:dynamic/fly:Image": {
    cloud: "Fly",
    what: "image of the workers",
    namedBy: [],
    idle: ["waitSeconds", "config", "dockerfile"],
    properties: { label: "content", waitSeconds: "limit in seconds" },
  },
};
