import type { AccountsUnderTest } from "./accounts-under-test.ts";
import { ownOrganization } from "../../sandbox/cloud/neon/organization.ts";

/** What a user does with an environment; doctor is a column of its own. */
export const operations = ["first up", "later up", "rollback", "preview environment"] as const;
export type Operation = (typeof operations)[number];

/**
 * How an operation ends with an account. `works`; `stops`: before the gate, with the line of doctor; `refused`: by the gate;
 * `named`: by the first reads of the command, which name the token and what it lacks. Only what works writes anything.
 */
export type Outcome = "works" | "stops" | "refused" | "named";

export const clouds = ["Neon", "Fly.io", "Vercel", "GitHub"] as const;
export type Cloud = (typeof clouds)[number];

/** One kind of account at a cloud. The docs are written from it: tests/doctor/write-accounts.mts. */
export interface Row {
  readonly cloud: Cloud;
  /** As `bin/sandbox account set` takes it. */
  readonly account: string;
  readonly what: string;
  /** Settings of the stack that the row has, by part, and how they read in a text. */
  readonly settings?: AccountsUnderTest["settings"];
  readonly settingsText?: string;
  readonly stack?: "prod";
  /** The checks of doctor that do not hold before a first rollout. */
  readonly announced: readonly string[];
  /** What gets the user what is missing. */
  readonly fix?: string;
  /** Where one is absent, it was not tried: of production, and a rollback with settings that were never rolled out. */
  readonly outcomes: Readonly<{ "first up": Outcome } & Partial<Record<Operation, Outcome>>>;
}

const outcomes = (first: Outcome, later: Outcome, rollback: Outcome, preview: Outcome): Row["outcomes"] => ({
  "first up": first,
  "later up": later,
  rollback,
  "preview environment": preview,
});

const works = { announced: [], outcomes: outcomes("works", "works", "works", "works") };

const neon: readonly Omit<Row, "cloud">[] = [
  {
    account: "neon.plan=free neon.key=personal",
    what: "plan Free, a user's own key",
    settings: { neon: { historyRetentionHours: 6, organizationId: ownOrganization } },
    settingsText: "`neon.historyRetentionHours: 6`, `neon.organizationId`",
    ...works,
  },
  { account: "neon.key=organization neon.plan=launch", what: "plan Launch, an organization's key", ...works },
  { account: "neon.plan=scale", what: "plan Scale", ...works },
  {
    account: "neon.key=personal",
    what: "a user's own key",
    announced: ["Neon key"],
    fix: "set `neon.organizationId`, or use a key of the organization",
    outcomes: outcomes("stops", "works", "works", "named"),
  },
  {
    account: "neon.plan=free",
    what: "plan Free",
    announced: ["Neon history"],
    fix: "set `neon.historyRetentionHours: 6`, or another plan",
    outcomes: outcomes("stops", "works", "works", "works"),
  },
];

const fly: readonly Omit<Row, "cloud">[] = [
  { account: "fly.token=org fly.names=free fly.full=ams,cdg", what: "an organization's token", ...works },
  {
    account: "fly.token=deploy",
    what: "a deploy token of one app",
    announced: [
      "Fly token",
      "Fly app atlaris-worker-staging",
      "Fly app atlaris-worker-regenerator-staging",
      "Fly app atlaris-images",
    ],
    fix: "`fly tokens create org`",
    outcomes: outcomes("stops", "stops", "stops", "named"),
  },
  {
    account: "fly.token=deploy-each",
    what: "deploy tokens of all apps, joined by commas",
    announced: [
      "Fly token",
      "Fly app atlaris-worker-staging",
      "Fly app atlaris-worker-regenerator-staging",
      "Fly app atlaris-images",
    ],
    fix: "`fly tokens create org`, for the first rollout and for environments of pull requests",
    outcomes: outcomes("stops", "works", "works", "named"),
  },
  {
    account: "fly.names=taken",
    what: "another organization has the names of the apps",
    announced: [
      "Fly app atlaris-worker-staging",
      "Fly app atlaris-worker-regenerator-staging",
      "Fly app atlaris-images",
    ],
    fix: "set `fly.apps` and `fly.imageApp` to other names",
    outcomes: outcomes("stops", "works", "works", "stops"),
  },
];

const vercel: readonly Omit<Row, "cloud">[] = [
  { account: "vercel.plan=hobby vercel.token=team", what: "plan Hobby", ...works },
  { account: "vercel.plan=pro", what: "plan Pro", ...works },
  { account: "vercel.plan=enterprise", what: "plan Enterprise", ...works },
  {
    account: "vercel.plan=hobby",
    what: "plan Hobby",
    settings: { vercel: { deploymentProtection: "all_deployments" } },
    settingsText: "`vercel.deploymentProtection: all_deployments`",
    announced: ["Vercel deployment protection"],
    fix: "`standard_protection_new`, or another plan",
    outcomes: { "first up": "stops", "later up": "stops", "preview environment": "works" },
  },
  {
    account: "vercel.token=other",
    what: "a token of another team",
    announced: ["Vercel token"],
    fix: "a token with the scope of the team, or set `vercel.team`",
    outcomes: outcomes("stops", "stops", "stops", "named"),
  },
];

/** A right that a fine-grained token lacks. */
const lacking = (
  right: string,
  what: string,
  ends: Row["outcomes"],
  announced: readonly string[] = ["GitHub rights"],
): Omit<Row, "cloud"> => ({
  account: `github.lacks=${right}`,
  what: `a token without the right to ${what}`,
  announced,
  fix: "give the token the right ([secrets.md](secrets.md))",
  outcomes: ends,
});

const github: readonly Omit<Row, "cloud">[] = [
  {
    account: "github.lacks=checks,workflows github.ci=job github.plan=free github.visibility=private",
    what: "plan Free, private repository, fine-grained token",
    settings: { github: { branchRules: { branches: [] } } },
    settingsText: "`github.branchRules.branches: []`",
    ...works,
  },
  {
    account: "github.token=classic-public github.visibility=public github.plan=free github.writes=limited",
    what: "plan Free, public repository, classic token with `public_repo`",
    ...works,
  },
  { account: "github.token=classic github.plan=pro", what: "plan Pro, classic token with `repo`", ...works },
  {
    account:
      "github.owner=organization github.plan=team github.lacks=checks github.refs=lagging github.minutes=short",
    what: "an organization with plan Team, fine-grained token",
    ...works,
  },
  {
    account:
      "github.token=fine-grained github.role=admin github.owner=user github.plan=enterprise " +
      "github.writes=unlimited github.refs=consistent github.ci=status github.minutes=real",
    what: "GitHub Enterprise, CI by a service that posts commit statuses",
    settings: { github: { checkSources: { ci: "status" } } },
    settingsText: "`github.checkSources: { ci: status }`",
    ...works,
  },
  {
    account: "github.plan=free",
    what: "plan Free, private repository",
    announced: ["GitHub branch rules"],
    fix: "plan Pro, a public repository, or `github.branchRules.branches: []`",
    outcomes: outcomes("stops", "works", "works", "works"),
  },
  {
    account: "github.plan=free",
    what: "plan Free, private repository",
    settings: { github: { branchRules: { branches: [] }, rolloutApp: 4_711 } },
    settingsText: "`github.branchRules.branches: []`, `github.rolloutApp`",
    announced: ["GitHub branch rules"],
    fix: "plan Pro, a public repository, or no `github.rolloutApp`: the record is then guarded by its signatures alone",
    outcomes: { "first up": "stops", "later up": "stops", "preview environment": "works" },
  },
  ...["Free", "Team"].map((plan) => ({
    account: `github.owner=organization github.plan=${plan.toLowerCase()}`,
    what: `plan ${plan}, private repository, production with a wait or reviewers`,
    stack: "prod" as const,
    // Staging, which makes the project, is not there.
    announced: ["Neon project", "GitHub environment rules"],
    fix: "GitHub Enterprise, or neither reviewers nor `waitTimerMinutes`",
    outcomes: { "first up": "stops" as const },
  })),
  {
    account: "github.token=classic-public",
    what: "private repository, classic token with `public_repo`",
    announced: ["GitHub token", "GitHub CI"],
    fix: "a token with the scope `repo`",
    outcomes: outcomes("stops", "stops", "named", "named"),
  },
  {
    account: "github.role=write",
    what: "the token's user may push and is no administrator",
    announced: ["GitHub role"],
    fix: "the role Admin, in the repository's settings",
    outcomes: outcomes("stops", "works", "works", "works"),
  },
  lacking("administration", "administrate", outcomes("stops", "works", "works", "works")),
  lacking("secrets", "set the repository's secrets", outcomes("stops", "stops", "works", "works")),
  lacking("environments", "set an environment's secrets", outcomes("stops", "works", "works", "works")),
  lacking("actions", "read Actions", outcomes("stops", "stops", "works", "named"), [
    "GitHub rights",
    "GitHub CI",
  ]),
  lacking("contents", "write contents", outcomes("stops", "stops", "named", "named")),
  lacking("deployments", "write deployments", outcomes("stops", "stops", "stops", "stops")),
  lacking("statuses", "write commit statuses", outcomes("stops", "stops", "stops", "stops")),
  lacking("issues", "write issues: a rollback opens none", works.outcomes),
  lacking("pull_requests", "read pull requests", outcomes("works", "works", "works", "named")),
];

const of = (cloud: Cloud, rows: readonly Omit<Row, "cloud">[]): readonly Row[] =>
  rows.map((row) => ({ cloud, ...row }));

/** Every kind of account, the working ones of a cloud first and of these the most restricted one. */
export const matrix: readonly Row[] = [
  ...of("Neon", neon),
  ...of("Fly.io", fly),
  ...of("Vercel", vercel),
  ...of("GitHub", github),
];

export const isWorking = ({ announced }: Row): boolean => announced.length === 0;

/** The values of a row, by setting. */
export function valuesOf({ account }: Pick<Row, "account">): Readonly<Record<string, string>> {
  return Object.fromEntries(
    account.split(" ").map((each) => {
      const [name = "", value = ""] = each.split("=");
      return [name, value];
    }),
  );
}

/** As a user types it, and as tests are named. */
export const nameOf = ({ account, settingsText, stack }: Row): string =>
  [
    account,
    ...(settingsText === undefined ? [] : [`with ${settingsText}`]),
    ...(stack ? [`(${stack})`] : []),
  ].join(" ");
