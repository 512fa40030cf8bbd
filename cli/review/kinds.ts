import type { Properties } from "../engine/preview-report.ts";
import type { Operation } from "./plan.ts";

/** The clouds in the order in which a review tells of them; `Other` is what this table does not know yet. */
export const clouds = ["Neon", "Fly", "Vercel", "GitHub", "Rollout steps", "Other"] as const;
export type Cloud = (typeof clouds)[number];

/** What is gone for good when a resource is deleted or made anew, and how bad that is: 1 is the worst. */
export interface Loss {
  readonly rank: number;
  readonly deleted: string;
  /** Absent where making it anew loses nothing. */
  readonly replaced?: string;
}

/** How a kind of resource is told to a reviewer. */
export interface Kind {
  readonly cloud: Cloud;
  /** In a reviewer's words, before the name. */
  readonly what: string;
  /** Inputs that name it, joined; without one the name of the program is told. */
  readonly namedBy?: readonly string[];
  /** Inputs in a reviewer's words; others are told by their own name. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Inputs that only repeat others. */
  readonly hidden?: readonly string[];
  /** Inputs whose values say nothing to a reviewer, or would let a secret be guessed: only that they change is told. */
  readonly opaque?: readonly string[];
  /** Inputs of whose change alone nothing happens. */
  readonly idle?: readonly string[];
  /** Its outputs are what they were after a mere change of it. */
  readonly keepsItself?: true;
  readonly loss?: Loss;
}

const place = ["projectId", "branchId", "parentId"];

const kinds: Readonly<Record<string, Kind>> = {
  "pulumi-nodejs:dynamic/neon:Project": {
    cloud: "Neon",
    what: "project",
    namedBy: ["name"],
    keepsItself: true,
    properties: {
      postgresVersion: "PostgreSQL version",
      historyRetentionSeconds: "seconds that a restore reaches back",
      organizationId: "organization",
    },
    loss: {
      rank: 1,
      deleted: "every branch in it goes, with its data and its backups, of all environments",
      replaced: "this environment begins again in another project, without its data",
    },
  },
  "pulumi-nodejs:dynamic/neon:ExistingProject": {
    cloud: "Neon",
    what: "another stack's project",
    namedBy: ["name"],
    keepsItself: true,
  },
  "pulumi-nodejs:dynamic/neon:Branch": {
    cloud: "Neon",
    what: "database branch",
    namedBy: ["name"],
    keepsItself: true,
    properties: { isProtected: "protection", expiresAt: "expiry" },
    hidden: ["projectId", "parentId"],
    loss: {
      rank: 2,
      deleted: "its databases, its roles and its backups go",
      replaced: "what is in it goes, its backups too; the new one begins as a copy of its parent",
    },
  },
  "pulumi-nodejs:dynamic/neon:Database": {
    cloud: "Neon",
    what: "database",
    namedBy: ["name"],
    keepsItself: true,
    hidden: place,
    loss: {
      rank: 3,
      deleted: "all its tables go with what is in them",
      replaced: "all its tables go with what is in them; the new one is empty",
    },
  },
  "pulumi-nodejs:dynamic/neon:Role": {
    cloud: "Neon",
    what: "database role",
    namedBy: ["name"],
    hidden: place,
    properties: { passwordVersion: "version of its password" },
    loss: {
      rank: 4,
      deleted: "its password is gone, and nobody can log in by it",
      replaced: "its password is gone, and everybody who logs in needs the new one",
    },
  },
  "pulumi-nodejs:dynamic/neon:ApplicationRole": {
    cloud: "Neon",
    what: "the application's database role",
    namedBy: ["name"],
    hidden: [...place, "endpointId", "databaseId"],
    properties: { passwordVersion: "version of its password", schemas: "rights in schemas" },
    loss: {
      rank: 5,
      deleted: "its password is gone, and web and workers cannot log in by it",
      replaced: "its password is gone, and web and workers need the new one",
    },
  },
  "pulumi-nodejs:dynamic/neon:Endpoint": {
    cloud: "Neon",
    what: "compute of the database branch",
    namedBy: [],
    keepsItself: true,
    hidden: place,
    properties: {
      minUnits: "smallest size",
      maxUnits: "largest size",
      suspendSeconds: "idle seconds before it stops",
    },
  },
  "pulumi-nodejs:dynamic/neon:Connection": {
    cloud: "Neon",
    what: "addresses of the database",
    namedBy: ["database"],
    hidden: place,
    properties: { endpointId: "compute" },
  },
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
    idle: ["minSecretsVersion", "image", "waitSeconds", "config"],
    properties: {
      sourceDigest: "sources",
      configDigest: "configuration",
      config: "configuration file",
      secretsVersion: "secrets",
      count: "machines",
      machineSettings: "machine",
      waitSeconds: "limit in seconds",
    },
  },
  "pulumi-nodejs:dynamic/fly:Image": {
    cloud: "Fly",
    what: "image of the workers",
    namedBy: [],
    idle: ["waitSeconds", "config", "dockerfile"],
    properties: { label: "content", waitSeconds: "limit in seconds" },
  },
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
      autoAssignCustomDomains: "domains are assigned by themselves",
      gitDeployments: "a push makes a deployment",
      deploymentProtection: "deployment protection",
    },
  },
  "pulumi-nodejs:dynamic/vercel:Variable": {
    cloud: "Vercel",
    what: "variable",
    namedBy: ["key"],
    hidden: ["projectId", "team", "value"],
    loss: { rank: 7, deleted: "Vercel shows its value to nobody, so it is gone" },
  },
  "pulumi-nodejs:dynamic/vercel:ProtectionBypass": {
    cloud: "Vercel",
    what: "secret that passes the deployment protection",
    namedBy: [],
    hidden: ["projectId", "team"],
    loss: {
      rank: 8,
      deleted: "who uses it is not let in any more",
      replaced: "the old one lets nobody in any more",
    },
  },
  "pulumi-nodejs:dynamic/vercel:Deployment": {
    cloud: "Vercel",
    what: "web build",
    namedBy: [],
    hidden: ["projectId", "team"],
    idle: ["projectName", "team", "waitSeconds"],
    properties: {
      sourceDigest: "sources",
      variablesDigest: "variables",
      waitSeconds: "limit in seconds",
    },
  },
  "pulumi-nodejs:dynamic/vercel:Live": {
    cloud: "Vercel",
    what: "address",
    namedBy: ["domain"],
    hidden: ["team"],
    idle: ["team", "waitSeconds"],
    properties: {
      deploymentId: "deployment",
      sourceDigest: "sources",
      protectionBypass: "secret that passes the protection",
      waitSeconds: "limit in seconds",
    },
    loss: {
      rank: 9,
      deleted: "nothing answers there any more, and others can take the name",
      replaced: "nothing answers at the old one any more, and others can take the name",
    },
  },
  "pulumi-nodejs:dynamic/github:Secret": {
    cloud: "GitHub",
    what: "secret",
    namedBy: ["name"],
    hidden: ["owner", "repository", "value"],
    loss: { rank: 7, deleted: "GitHub shows its value to nobody, so it is gone" },
  },
  "pulumi-nodejs:dynamic/github:Ruleset": {
    cloud: "GitHub",
    what: "rules of the branch",
    namedBy: ["branch"],
    keepsItself: true,
    properties: {
      requiredApprovals: "approvals before a merge",
      dismissStaleReviews: "a push takes approvals away",
      requireUpToDate: "newest commit of the target wanted",
      requiredChecks: "checks before a merge",
    },
    hidden: ["owner", "repository", "name"],
  },
  "github:index/repositoryEnvironment:RepositoryEnvironment": {
    cloud: "GitHub",
    what: "environment",
    namedBy: ["environment"],
    hidden: ["repository"],
    properties: {
      waitTimer: "minutes that a job waits",
      preventSelfReview: "nobody reviews their own job",
      deploymentBranchPolicy: "branches",
    },
    loss: {
      rank: 7,
      deleted: "its secrets and its record of reviews go",
      replaced: "its secrets and its record of reviews go",
    },
  },
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": {
    cloud: "GitHub",
    what: "leave to deploy for the branches",
    namedBy: ["branchPattern"],
    hidden: ["repository"],
  },
  "pulumi-nodejs:dynamic/rollout:Gate": {
    cloud: "Rollout steps",
    what: "gate",
    namedBy: [],
    // The content and the settings are told where they take effect.
    hidden: ["owner", "repository", "content", "migrations", "proof", "release", "settings", "secrets"],
    properties: { requiredChecks: "checks that must be green" },
  },
  "pulumi-nodejs:dynamic/rollout:Attempt": {
    cloud: "Rollout steps",
    what: "record of the rollout",
    namedBy: [],
    hidden: ["owner", "repository", "commit", "artifacts", "migrations", "settings", "secrets"],
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
    // What it rehearses is told where it takes effect.
    hidden: [
      ...["owner", "repository", "projectId", "branchId", "migrations", "sources", "variables", "secrets"],
      "compute",
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
      ...["compute", "folder", "sources", "keepsData", "variables", "secrets", "waitSeconds"],
    ],
  },
  "command:local:Command": {
    cloud: "Rollout steps",
    what: "migration",
    namedBy: [],
    hidden: ["environment"],
  },
  "pulumi-nodejs:dynamic/rollout:Smoke": {
    cloud: "Rollout steps",
    what: "smoke test",
    namedBy: [],
    hidden: ["apiUrl", "live", "databaseUrl", "apiKey", "protectionBypass"],
  },
  "pulumi-nodejs:dynamic/rollout:Status": {
    cloud: "Rollout steps",
    what: "status on GitHub",
    namedBy: [],
    hidden: ["owner", "repository", "deploymentId", "webUrl", "proof"],
  },
};

/** What is told of a kind that the table lacks: by its cloud, its own words, and with the worst assumed of a loss. */
export function kindOf(type: string): Kind {
  const known = kinds[type];
  if (known) return known;
  const [, cloud = "", resource = type] =
    /^(?:pulumi-nodejs:dynamic\/)?([^:/]+)[:/].*?(\w+)$/.exec(type) ?? [];
  const unsure = "whether it can be made again as it was is not known";
  return {
    cloud: cloudNames[cloud] ?? "Other",
    what: spaced(resource),
    loss: { rank: 10, deleted: unsure, replaced: unsure },
  };
}

const cloudNames: Readonly<Record<string, Cloud>> = {
  neon: "Neon",
  fly: "Fly",
  vercel: "Vercel",
  github: "GitHub",
  rollout: "Rollout steps",
  command: "Rollout steps",
};

/** `historyRetentionSeconds` as `history retention seconds`. */
export function spaced(name: string): string {
  return name.replace(/(?<=[a-z\d])(?=[A-Z])/g, " ").toLowerCase();
}

/** What names a resource to a reviewer; the name of the program where its inputs do not, or not yet. */
export function subjectOf(
  type: string,
  name: string,
  inputs: Properties,
): { readonly what: string; readonly named: string | undefined } {
  const { what, namedBy } = kindOf(type);
  if (namedBy?.length === 0) return { what, named: undefined };
  const texts = (namedBy ?? []).map((key) => inputs[key]);
  const named = texts.length > 0 && texts.every((text) => typeof text === "string") ? texts.join(" ") : name;
  return { what, named };
}

/** A mere update never loses; the rest may. */
export function lossOf(type: string, operation: Operation): string | undefined {
  const { loss } = kindOf(type);
  if (operation === "delete") return loss?.deleted;
  return operation === "replace" ? loss?.replaced : undefined;
}
