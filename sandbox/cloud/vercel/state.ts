/** What the cloud acknowledged. All of it is on disk before an answer is sent. Times are milliseconds since 1970. */
export interface VercelState {
  readonly projects: Record<string, Project>;
  readonly variables: Record<string, Variable>;
  readonly deployments: Record<string, Deployment>;
  readonly aliases: Record<string, Alias>;
}

export const emptyState = (): VercelState => ({ projects: {}, variables: {}, deployments: {}, aliases: {} });

export type ProtectedDeployments =
  "all" | "preview" | "prod_deployment_urls_and_all_previews" | "all_except_custom_domains";

export interface BypassSecret {
  readonly createdAt: number;
  readonly createdBy: string;
  readonly scope: "automation-bypass";
  isEnvVar?: boolean | undefined;
  note?: string | undefined;
}

/** How Vercel ends a promotion (vercel/vercel, packages/cli/src/commands/promote/status.ts). */
export type PromotionEnd = "succeeded" | "failed" | "skipped";

export interface AliasRequest {
  readonly type: "promote" | "rollback";
  readonly jobStatus: PromotionEnd;
  readonly requestedAt: number;
  readonly fromDeploymentId: string | null;
  readonly toDeploymentId: string;
}

export interface ProjectDomain {
  readonly createdAt: number;
  updatedAt: number;
  /** Whether the account has shown that the domain is its own; until then the domain points at nothing. */
  verified: boolean;
}

export interface Project {
  readonly id: string;
  readonly accountId: string;
  readonly createdAt: number;
  updatedAt: number;
  name: string;
  framework: string | null;
  /** Whether a production deployment takes the production aliases automatically once it is ready. */
  autoAssignCustomDomains: boolean;
  /** Set by a rollback, ended by a promote: until then nothing is assigned automatically. */
  isRolledBack: boolean;
  ssoProtection: { deploymentType: ProtectedDeployments } | null;
  /** Automation's secrets past the protection, by secret. */
  protectionBypass: Record<string, BypassSecret>;
  gitProviderOptions: { createDeployments: "enabled" | "disabled" };
  gitRepository: { type: string; repo: string } | null;
  /** Settings that are kept and given back, and that change nothing here. */
  settings: Record<string, unknown>;
  productionDeploymentId: string | null;
  /** Domains that were added to the project, by name; its own `.vercel.app` name is none of them. Absent in older states. */
  domains?: Record<string, ProjectDomain>;
  lastAliasRequest: AliasRequest | null;
}

export type Target = "production" | "preview" | "development";

export interface Variable {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: number;
  updatedAt: number;
  key: string;
  value: string;
  type: "plain" | "encrypted" | "sensitive" | "system";
  target: Target[];
  gitBranch: string | null;
  comment: string | null;
  customEnvironmentIds: string[];
}

export type ReadyState = "QUEUED" | "BUILDING" | "READY" | "ERROR" | "CANCELED";

export interface DeploymentFile {
  /** Relative to the root of the source; slashes. */
  readonly path: string;
  readonly sha: string;
  readonly size: number;
  /** A symbolic link, whose content is where it leads. */
  readonly isLink?: boolean;
}

export interface Deployment {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  /** Its own loopback port, for as long as it exists: `url` is `127.0.0.1:PORT`. */
  readonly port: number;
  readonly target: "production" | null;
  readonly meta: Record<string, string>;
  readonly createdAt: number;
  readonly files: readonly DeploymentFile[];
  /** The variables of its target as they were at creation, frozen in. */
  readonly environment: Record<string, string>;
  readonly projectSettings: Record<string, unknown>;
  readyState: ReadyState;
  /** Where its functions run, once they are known. */
  regions?: readonly string[];
  buildingAt?: number;
  ready?: number;
  /** Ready, and production's aliases are still to be pointed at it. */
  isToBeAssigned?: boolean;
  canceledAt?: number;
  errorCode?: string;
  errorMessage?: string;
  /** Set the first time that a production alias pointed at it: only such a deployment can be rolled back to. */
  promotedAt?: number;
}

export interface Alias {
  readonly uid: string;
  readonly alias: string;
  readonly port: number;
  readonly createdAt: number;
  projectId: string;
  deploymentId: string;
  updatedAt: number;
}
