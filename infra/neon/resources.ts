import type * as pulumi from "@pulumi/pulumi";
import type { Args } from "../dynamic/resource.ts";
import { ModuleResource } from "../dynamic/resource.ts";
import type { ApplicationRoleInputs } from "./providers/application-role.ts";
import type { BranchInputs } from "./providers/branch.ts";
import type { ConnectionInputs } from "./providers/connection.ts";
import type { DatabaseInputs } from "./providers/database.ts";
import type { EndpointInputs } from "./providers/endpoint.ts";
import type { ExistingProjectInputs } from "./providers/existing-project.ts";
import type { ProjectInputs } from "./providers/project.ts";
import type { RoleInputs } from "./providers/role.ts";

type Options = pulumi.CustomResourceOptions;

/** The Neon project. Region, PostgreSQL version, organization and default branch replace it. */
export class Project extends ModuleResource {
  declare readonly projectId: pulumi.Output<string>;
  declare readonly defaultBranchId: pulumi.Output<string>;
  constructor(name: string, args: Args<ProjectInputs>, opts?: Options) {
    super({ path: "neon/project", outputs: ["projectId", "defaultBranchId"] }, name, args, opts);
  }
}

/** The Neon project of another stack. Its name and organization replace it. */
export class ExistingProject extends ModuleResource {
  declare readonly projectId: pulumi.Output<string>;
  declare readonly defaultBranchId: pulumi.Output<string>;
  constructor(name: string, args: Args<ExistingProjectInputs>, opts?: Options) {
    super({ path: "neon/existing-project", outputs: ["projectId", "defaultBranchId"] }, name, args, opts);
  }
}

/** A branch, empty when it is made. Another project replaces it; its parent is that of its beginning. */
export class Branch extends ModuleResource {
  declare readonly branchId: pulumi.Output<string>;
  /** Why Neon does not protect it although it was asked to; absent where it does. */
  declare readonly unprotected: pulumi.Output<string | undefined>;
  constructor(name: string, args: Args<BranchInputs>, opts?: Options) {
    super({ path: "neon/branch", outputs: ["branchId", "unprotected"] }, name, args, opts);
  }
}

/** The compute of a branch. Another branch replaces it. */
export class Endpoint extends ModuleResource {
  declare readonly endpointId: pulumi.Output<string>;
  constructor(name: string, args: Args<EndpointInputs>, opts?: Options) {
    super({ path: "neon/endpoint", outputs: ["endpointId"] }, name, args, opts);
  }
}

/** A role that can log in. Its place and name replace it. */
export class Role extends ModuleResource {
  /** Secret. */
  declare readonly password: pulumi.Output<string>;
  constructor(name: string, args: Args<RoleInputs>, opts?: Options) {
    super({ path: "neon/role", outputs: ["password"], secretOutputs: ["password"] }, name, args, opts);
  }
}

/** The role that the application logs in by, and its addresses. Its place and name replace it. */
export class ApplicationRole extends ModuleResource {
  /** Secret. */
  declare readonly directUrl: pulumi.Output<string>;
  /** Secret. */
  declare readonly pooledUrl: pulumi.Output<string>;
  constructor(name: string, args: Args<ApplicationRoleInputs>, opts?: Options) {
    const secretOutputs = ["password", "directUrl", "pooledUrl"];
    const outputs = [...secretOutputs, "createsIn"];
    super({ path: "neon/application-role", outputs, secretOutputs }, name, args, opts);
  }
}

/** A database. Its place and name replace it, with all that is in it. */
export class Database extends ModuleResource {
  /** Changes when the database was made anew, and then has no table. */
  declare readonly databaseId: pulumi.Output<number>;
  constructor(name: string, args: Args<DatabaseInputs>, opts?: Options) {
    super({ path: "neon/database", outputs: ["databaseId"] }, name, args, opts);
  }
}

/** The addresses of a database for one role. */
export class Connection extends ModuleResource {
  /** Secret. */
  declare readonly directUrl: pulumi.Output<string>;
  /** Secret. */
  declare readonly pooledUrl: pulumi.Output<string>;
  constructor(name: string, args: Args<ConnectionInputs>, opts?: Options) {
    const outputs = ["directUrl", "pooledUrl"];
    super({ path: "neon/connection", outputs, secretOutputs: [...outputs, "password"] }, name, args, opts);
  }
}
