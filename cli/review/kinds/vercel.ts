import type { Kind } from "./kind.ts";

/** What Vercel has. */
export const vercelKinds: Readonly<Record<string, Kind>> = {
  "vercel:index/project:Project": {
    cloud: "Vercel",
    what: "project",
    namedBy: ["name"],
    keepsItself: true,
    loss: {
      rank: 6,
      deleted: "its deployments and variables go, of all environments",
      replaced: "its deployments and variables go, of all environments",
    },
  },
  "pulumi-nodejs:dynamic/vercel:ProjectSettings": {
    cloud: "Vercel",
    what: "settings of the project",
    namedBy: [],
    hidden: ["projectId"],
    properties: {
      nodeVersion: "Node version",
      autoAssignCustomDomains: "domains are assigned automatically",
      gitDeployments: "a push makes a deployment",
      deploymentProtection: "deployment protection",
    },
  },
  "pulumi-nodejs:dynamic/vercel:Variable": {
    cloud: "Vercel",
    what: "variable",
    namedBy: ["key"],
    hidden: ["projectId", "team", "value"],
    loss: { rank: 7, deleted: "Vercel shows its value to no one, so it is gone" },
  },
  "pulumi-nodejs:dynamic/vercel:ProtectionBypass": {
    cloud: "Vercel",
    what: "secret that passes the deployment protection",
    namedBy: [],
    hidden: ["projectId", "team"],
    loss: {
      rank: 8,
      deleted: "requests that use it are refused from then on",
      replaced: "the old one opens nothing any more",
    },
  },
  "pulumi-nodejs:dynamic/vercel:Deployment": {
    cloud: "Vercel",
    what: "web build",
    namedBy: [],
    hidden: ["projectId", "team", "variables", "buildVariables", "build", "recorded", "files"],
    idle: ["projectName", "team", "waitSeconds", "build", "recorded", "files", "onOtherFiles"],
    properties: {
      sourceDigest: "sources",
      onOtherFiles: "on other files at Vercel",
      variablesDigest: "variables",
      waitSeconds: "limit in seconds",
    },
  },
  "pulumi-nodejs:dynamic/vercel:Live": {
    cloud: "Vercel",
    what: "address",
    namedBy: ["domain"],
    hidden: ["team", "healthPath", "files"],
    idle: ["team", "waitSeconds", "healthPath", "files", "onOtherFiles"],
    properties: {
      deploymentId: "deployment",
      sourceDigest: "sources",
      protectionBypass: "secret that passes the protection",
      onOtherFiles: "on other files at Vercel",
      onLogin: "on a login for visitors",
      waitSeconds: "limit in seconds",
    },
    loss: {
      rank: 9,
      deleted: "nothing answers there any more, and others can take the name",
      replaced: "nothing answers at the old one any more, and others can take the name",
    },
  },
};
