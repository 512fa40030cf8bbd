/** The names in the clouds under which a stack keeps what outlasts a rollout. */
export interface StackNames {
  /** Stack that the commands are run with: `bin/rollout adopt --stack …`. */
  readonly stack: string;
  readonly neon: {
    readonly organizationId?: string;
    readonly project: string;
    readonly branch: string;
    readonly database: string;
    /** The role that owns the database first, then the one that the application logs in by. */
    readonly roles: readonly string[];
  };
  readonly fly: {
    readonly apps: readonly string[];
    /** Names of the secrets that the workers get; every other secret of their apps is deleted. */
    readonly secrets: readonly string[];
    /** The app that holds the image, where this stack makes it and no worker's app does. */
    readonly imageApp?: string;
  };
  /** Absent where no worker has a service there, and in states and records of earlier versions. */
  readonly railway?: {
    readonly project: string;
    readonly environment: string;
    readonly services: readonly string[];
  };
  readonly vercel: {
    readonly team: string;
    readonly project: string;
    readonly target: "preview" | "production";
    readonly variables: readonly string[];
    readonly domain: string;
  };
  readonly github: {
    readonly environment: string;
    readonly environmentSecrets: readonly string[];
    readonly secrets: readonly string[];
    readonly rulesets: readonly string[];
  };
  /** Whether it makes what all environments share: the Neon project and what the repository has of all of them. */
  readonly makesShared: boolean;
  /** The environments of the other stacks, whose records name what is theirs. */
  readonly otherEnvironments: readonly string[];
}

/** The kinds of things that have such a name. */
export type ThingKind =
  | "Neon project"
  | "Neon branch"
  | "Neon role"
  | "Neon database"
  | "Fly app"
  | "Railway service"
  | "Vercel project"
  | "Vercel variable"
  | "Vercel domain"
  | "GitHub environment"
  | "GitHub secret"
  | "GitHub ruleset";

/** Things that several stacks use, whichever of them made it. */
const shared: ReadonlySet<ThingKind> = new Set(["Neon project", "Vercel project"]);

export interface Thing {
  readonly kind: ThingKind;
  /** The organization at Neon or team at Vercel, whose accounts can have things of the same name. */
  readonly account?: string | undefined;
  /** With the place that it is in: `shop/staging`. */
  readonly name: string;
}

/** A thing as records and messages have it. */
export function textOf({ kind, account, name }: Thing): string {
  return `${kind} ${account === undefined ? "" : `${account}/`}${name}`;
}

/** The same in the records of earlier versions, and where the settings had no organization yet. */
export function textWithoutAccount({ kind, name }: Thing): string {
  return textOf({ kind, name });
}

/** Whether other stacks may use it as well. */
export function isShared({ kind }: Thing): boolean {
  return shared.has(kind);
}

/** Names each thing as the looks into the clouds do. */
export const things = {
  neonProject: ({ neon }: StackNames): Thing => ({
    kind: "Neon project",
    account: neon.organizationId,
    name: neon.project,
  }),
  neonBranch: ({ neon }: StackNames): Thing => ({
    kind: "Neon branch",
    account: neon.organizationId,
    name: `${neon.project}/${neon.branch}`,
  }),
  neonRole: ({ neon }: StackNames, role: string): Thing => ({
    kind: "Neon role",
    account: neon.organizationId,
    name: `${neon.project}/${neon.branch}/${role}`,
  }),
  neonDatabase: ({ neon }: StackNames): Thing => ({
    kind: "Neon database",
    account: neon.organizationId,
    name: `${neon.project}/${neon.branch}/${neon.database}`,
  }),
  flyApp: (app: string): Thing => ({ kind: "Fly app", name: app }),
  /** A service is in every environment of its project, and belongs to one stack. */
  railwayService: (project: string, service: string): Thing => ({
    kind: "Railway service",
    name: `${project}/${service}`,
  }),
  vercelProject: ({ vercel }: StackNames): Thing => ({
    kind: "Vercel project",
    account: vercel.team,
    name: vercel.project,
  }),
  vercelVariable: ({ vercel }: StackNames, key: string): Thing => ({
    kind: "Vercel variable",
    account: vercel.team,
    name: `${vercel.project}/${vercel.target}/${key}`,
  }),
  vercelDomain: ({ vercel }: StackNames): Thing => ({
    kind: "Vercel domain",
    account: vercel.team,
    name: vercel.domain,
  }),
  githubEnvironment: ({ github }: StackNames): Thing => ({
    kind: "GitHub environment",
    name: github.environment,
  }),
  githubSecret: (name: string, environment?: string): Thing => ({
    kind: "GitHub secret",
    name: environment === undefined ? name : `${environment}/${name}`,
  }),
  githubRuleset: (name: string): Thing => ({ kind: "GitHub ruleset", name }),
} as const;

/** Everything that the stack keeps under these names. */
export function thingsOf(names: StackNames): readonly Thing[] {
  const { neon, fly, railway, vercel, github, makesShared } = names;
  return [
    ...(makesShared ? [things.neonProject(names)] : []),
    things.neonBranch(names),
    ...neon.roles.map((role) => things.neonRole(names, role)),
    things.neonDatabase(names),
    ...fly.apps.map(things.flyApp),
    ...(fly.imageApp === undefined ? [] : [things.flyApp(fly.imageApp)]),
    ...(railway ? railway.services.map((service) => things.railwayService(railway.project, service)) : []),
    things.vercelProject(names),
    ...vercel.variables.map((key) => things.vercelVariable(names, key)),
    things.vercelDomain(names),
    things.githubEnvironment(names),
    ...github.environmentSecrets.map((name) => things.githubSecret(name, github.environment)),
    ...github.secrets.map((name) => things.githubSecret(name)),
    ...github.rulesets.map(things.githubRuleset),
  ];
}
