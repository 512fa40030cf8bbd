import { defineResource } from "../dynamic/resource.ts";
import type { ApplicationRoleInputs } from "./providers/application-role.ts";
import type { BranchInputs } from "./providers/branch.ts";
import type { ConnectionInputs } from "./providers/connection.ts";
import type { DatabaseInputs } from "./providers/database.ts";
import type { EndpointInputs } from "./providers/endpoint.ts";
import type { ExistingProjectInputs } from "./providers/existing-project.ts";
import type { ProjectInputs } from "./providers/project.ts";
import type { RetiredLoginsInputs } from "./providers/retired-logins.ts";
import type { RoleInputs } from "./providers/role.ts";

/** The Neon project. Region, PostgreSQL version, organization and default branch replace it. */
export const Project = defineResource<
  ProjectInputs,
  {
    readonly projectId: string;
    readonly defaultBranchId: string;
  }
>("neon/project", { outputs: ["projectId", "defaultBranchId"] });
export type Project = InstanceType<typeof Project>;

/** The Neon project of another stack. Its name and organization replace it. */
export const ExistingProject = defineResource<
  ExistingProjectInputs,
  {
    readonly projectId: string;
    readonly defaultBranchId: string;
  }
>("neon/existing-project", { outputs: ["projectId", "defaultBranchId"] });
export type ExistingProject = InstanceType<typeof ExistingProject>;

/** A branch, empty when it is made. Another project replaces it; its parent is that of its beginning. */
export const Branch = defineResource<
  BranchInputs,
  {
    readonly branchId: string;
    /** Why Neon does not protect it although it was asked to; absent where it does. */
    readonly unprotected: string | undefined;
  }
>("neon/branch", { outputs: ["branchId", "unprotected"] });
export type Branch = InstanceType<typeof Branch>;

/** The compute of a branch. Another branch replaces it. */
export const Endpoint = defineResource<EndpointInputs, { readonly endpointId: string }>("neon/endpoint", {
  outputs: ["endpointId"],
});
export type Endpoint = InstanceType<typeof Endpoint>;

/** A role that can log in. Its place and name replace it. */
export const Role = defineResource<
  RoleInputs,
  {
    /** Secret. */
    readonly password: string;
  }
>("neon/role", { outputs: ["password"], secretOutputs: ["password"] });
export type Role = InstanceType<typeof Role>;

/** The role of the application with the login that it uses, and its addresses. Its place and name replace it. */
export const ApplicationRole = defineResource<
  ApplicationRoleInputs,
  {
    /** Name of the login; absent in the states of earlier versions, and then the role's. */
    readonly login: string | undefined;
    /** Secret. */
    readonly directUrl: string;
    /** Secret. */
    readonly pooledUrl: string;
  }
>("neon/application-role", {
  outputs: ["login", "password", "directUrl", "pooledUrl", "createsIn"],
  secretOutputs: ["password", "directUrl", "pooledUrl"],
});
export type ApplicationRole = InstanceType<typeof ApplicationRole>;

/** That no other login of the application's role is left. */
export const RetiredLogins = defineResource<RetiredLoginsInputs>("neon/retired-logins");
export type RetiredLogins = InstanceType<typeof RetiredLogins>;

/** A database. Its place and name replace it, with all that is in it. */
export const Database = defineResource<
  DatabaseInputs,
  {
    /** Changes when the database was replaced, and then has no table. */
    readonly databaseId: number;
  }
>("neon/database", { outputs: ["databaseId"] });
export type Database = InstanceType<typeof Database>;

/** The addresses of a database for one role. */
export const Connection = defineResource<
  ConnectionInputs,
  {
    /** Secret. */
    readonly directUrl: string;
    /** Secret. */
    readonly pooledUrl: string;
  }
>("neon/connection", {
  outputs: ["directUrl", "pooledUrl"],
  secretOutputs: ["directUrl", "pooledUrl", "password"],
});
export type Connection = InstanceType<typeof Connection>;
