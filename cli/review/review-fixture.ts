import type { Finding, Harm } from "@rollout/infra/migration-lint/finding";
import { unknownValue } from "../engine/preview-report.ts";
import type { Pending } from "./pending-migrations.ts";
import type { Planned } from "./plan-fixture.ts";
import { planOf, secret } from "./plan-fixture.ts";
import type { Review, ReviewArgs } from "./review.ts";
import { reviewOf } from "./review.ts";

/** The type of a resource of ours in a plan. */
export const dynamic = (of: string): string => `pulumi-nodejs:dynamic/${of}`;
const oldSources = "1".repeat(64);
const newSources = "2".repeat(64);

/** A change with one of each kind; the worst stands at the end, as the engine may order it. */
export const everything: readonly Planned[] = [
  {
    type: dynamic("rollout:Gate"),
    name: "gate",
    op: "update",
    before: { commit: "a".repeat(40), requiredChecks: ["ci"] },
    after: { commit: "b".repeat(40), requiredChecks: ["ci"] },
    modified: 1000,
  },
  {
    type: dynamic("rollout:Attempt"),
    name: "attempt",
    op: "update",
    before: { release: "a".repeat(40) },
    after: { release: "b".repeat(40) },
    waits: { "": ["gate"] },
    modified: 1000.2,
  },
  {
    type: dynamic("neon:Endpoint"),
    name: "database-endpoint",
    op: "update",
    before: { maxUnits: 1 },
    after: { maxUnits: 2 },
    waits: { "": ["attempt"] },
    part: "database",
    modified: 1001,
  },
  {
    type: dynamic("neon:Connection"),
    name: "database-connection",
    op: "update",
    before: { endpointId: "ep-1", database: "shop" },
    after: { endpointId: unknownValue, database: "shop" },
    waits: { endpointId: ["database-endpoint"], "": ["attempt"] },
    part: "database",
    modified: 1001.5,
  },
  {
    type: dynamic("fly:AppSecrets"),
    name: "worker-secrets",
    op: "update",
    before: {
      app: "worker-staging",
      values: secret({ DATABASE_URL: "postgres", KEY: "old value", GONE: "was" }),
    },
    after: {
      app: "worker-staging",
      values: { DATABASE_URL: unknownValue, KEY: secret("new value"), ADDED: secret("another") },
    },
    waits: { values: ["database-connection"], "": ["attempt"] },
    part: "worker",
    modified: 1002,
  },
  {
    type: dynamic("fly:Image"),
    name: "worker-image-build",
    op: "replace",
    before: { label: "content-1" },
    after: { label: "content-2" },
    waits: { "": ["attempt"] },
    part: "worker-image",
    modified: 1010.2,
  },
  {
    type: dynamic("fly:Deployment"),
    name: "worker-deployment",
    op: "update",
    before: {
      app: "worker-staging",
      sourceDigest: oldSources,
      count: 1,
      secretsVersion: "KEY=abc",
      image: "i:1",
    },
    after: {
      app: "worker-staging",
      sourceDigest: newSources,
      count: 2,
      secretsVersion: unknownValue,
      image: unknownValue,
    },
    waits: { secretsVersion: ["worker-secrets"], image: ["worker-image-build"], "": ["attempt"] },
    part: "worker",
    modified: 1015.2,
  },
  {
    type: dynamic("github:Secret"),
    name: "github-DATABASE_URL",
    op: "create",
    after: {
      owner: "o",
      repository: "r",
      environment: "staging",
      name: "DATABASE_URL",
      value: secret("postgres"),
    },
    waits: { "": ["attempt"] },
  },
  {
    type: dynamic("rollout:Smoke"),
    name: "smoke",
    op: "update",
    before: { live: { worker: oldSources } },
    after: { live: { worker: newSources } },
    waits: { "": ["worker-deployment", "attempt"] },
    modified: 1016,
  },
  {
    type: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
    name: "branch-main",
    op: "delete",
    before: { branchPattern: "main" },
  },
  {
    type: dynamic("fly:App"),
    name: "old-app",
    op: "delete",
    before: { name: "worker-old", organization: "personal" },
  },
  {
    type: dynamic("neon:Database"),
    name: "database-database",
    op: "replace",
    before: { name: "shop", branchId: "br-1", owner: "me" },
    after: { name: "shop2", branchId: "br-1", owner: "me" },
    waits: { "": ["attempt"] },
    part: "database",
    modified: 1001.2,
  },
];

export const finding = (
  rule: string,
  subject: string,
  harmClass: Harm,
  declared: string | undefined,
): Finding => ({
  migration: "0003_drop",
  rule,
  subject,
  class: harmClass,
  statement: "",
  line: 1,
  harm: "what it holds is lost",
  remedy: "",
  isDeclarable: true,
  ...(declared === undefined ? {} : { declared }),
});

/** The review of a plan in which a secret is in a warning, and of the migrations that are pending. */
export const review = (
  planned: readonly Planned[],
  pending: Pending = { kind: "none" },
  more: Partial<ReviewArgs> = {},
): Review =>
  reviewOf({
    stack: "staging",
    plan: planOf(planned, {
      diagnostics: [{ severity: "warning", message: "warning: what is `new value` to @you?\n" }],
    }),
    pending,
    linted: [
      { name: "0002_add", findings: [] },
      { name: "0004_rename", findings: [], oneWay: "nobody rolls back" },
      {
        name: "0003_drop",
        findings: [
          finding("drop-column", "plans.note", "loses data", "nothing reads it"),
          finding("index-not-concurrently", "plans_note", "locks", undefined),
        ],
      },
    ],
    begun: [1_000_000],
    existing: [],
    sql: new Map(),
    onRecord: {},
    ...more,
  });
