import type { Kind } from "./kind.ts";

/** Steps of a rollout that stand at no cloud of their own. */
export const rolloutKinds: Readonly<Record<string, Kind>> = {
  "pulumi-nodejs:dynamic/rollout:Gate": {
    cloud: "Rollout steps",
    what: "gate",
    namedBy: [],
    // The content and the settings are reported where they take effect.
    hidden: [
      ...["owner", "repository", "content", "migrations", "proof", "release", "settings", "secrets"],
      "image",
    ],
    properties: {
      requiredChecks: "checks that must be green",
      waitSeconds: "seconds that it waits for answers",
    },
  },
  "pulumi-nodejs:dynamic/rollout:Attempt": {
    cloud: "Rollout steps",
    what: "record of the rollout",
    namedBy: [],
    hidden: ["owner", "repository", "commit", "artifacts", "migrations", "settings", "secrets", "program"],
  },
  "pulumi-nodejs:dynamic/rollout:ApiKey": {
    cloud: "Rollout steps",
    what: "key",
    loss: { rank: 8, deleted: "who uses it is refused", replaced: "who uses the old one is refused" },
  },
  "pulumi-nodejs:dynamic/rollout:Backup": {
    cloud: "Rollout steps",
    what: "backup of the database",
    namedBy: [],
    hidden: ["projectId", "branchId"],
    idle: ["environment", "keep", "days"],
  },
  "pulumi-nodejs:dynamic/rollout:Rehearsal": {
    cloud: "Rollout steps",
    what: "rehearsal of the migrations",
    namedBy: [],
    // What it rehearses is reported where it takes effect.
    hidden: [
      ...["owner", "repository", "projectId", "branchId", "migrations", "sources", "variables", "secrets"],
      ...["compute", "smokeTest", "webSecrets", "application", "declaredIn"],
    ],
    idle: [
      ...[
        "owner",
        "repository",
        "environment",
        "projectId",
        "branchId",
        "database",
        "role",
        "applicationRole",
      ],
      ...["compute", "folder", "sources", "keepsData", "variables", "secrets", "webSecrets"],
      ...["smokeTest", "application", "waitSeconds", "declaredIn"],
    ],
  },
  "command:local:Command": {
    cloud: "Rollout steps",
    what: "migration",
    namedBy: [],
    hidden: ["environment"],
  },
  "pulumi-nodejs:dynamic/rollout:AfterLive": {
    cloud: "Rollout steps",
    what: "hooks after the web is live",
    namedBy: [],
    hidden: ["live", "variables"],
    idle: ["hooks"],
  },
  "pulumi-nodejs:dynamic/rollout:Smoke": {
    cloud: "Rollout steps",
    what: "smoke test",
    namedBy: [],
    hidden: [
      ...["apiUrl", "live", "observe", "databaseUrl", "apiKey", "protectionBypass"],
      ...["command", "limitSeconds"],
    ],
  },
  "pulumi-nodejs:dynamic/rollout:Status": {
    cloud: "Rollout steps",
    what: "status on GitHub",
    namedBy: [],
    hidden: ["owner", "repository", "deploymentId", "webUrl", "webFiles", "proof"],
  },
};
