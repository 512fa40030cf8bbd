import type { Kind } from "./kind.ts";

const place = ["projectId", "branchId", "parentId"];

/** What Neon has. */
export const neonKinds: Readonly<Record<string, Kind>> = {
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
      deleted: "its password is gone, and no client can log in by it",
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
  "pulumi-nodejs:dynamic/neon:RetiredLogins": {
    cloud: "Neon",
    what: "logins of before, retired",
    namedBy: ["role"],
    hidden: [...place, "endpointId", "database", "owner"],
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
};
