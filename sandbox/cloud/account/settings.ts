/** One property of an account at a cloud. The default is the first value: with all defaults, everything works. */
export interface AccountSetting {
  readonly what: string;
  /** Each value with its meaning. */
  readonly values: Readonly<Record<string, string>>;
  /** The value is a list of these, separated by commas; `none` is the empty list and the default. */
  readonly isList?: true;
}

/** The accounts that the emulators act as. Add a cloud's setting here and read it by `context.account`. */
export const accountSettings = {
  "neon.key": {
    what: "kind of API key",
    values: {
      organization: "made in an organization's settings",
      personal: "made in a user's settings: projects need org_id",
    },
  },
  "neon.plan": {
    what: "plan",
    values: {
      launch: "paid",
      scale: "paid, with the longest history",
      free: "10 branches a project, 6 h of history, no protected branch, no other suspend timeout",
    },
  },
  "fly.token": {
    what: "kind of token",
    values: {
      org: "of `fly tokens create org`: for every app of its organization",
      deploy: "of `fly tokens create deploy`: for the app that was created first, and no other",
      "deploy-each": "one of these for each app that is there, joined by commas: for no new app",
    },
  },
  "fly.names": {
    what: "names of apps that are not there",
    values: { free: "", taken: "another organization has them" },
  },
  "fly.full": {
    what: "regions that have no room for another machine",
    isList: true,
    values: { ams: "", cdg: "" },
  },
  "vercel.token": {
    what: "scope of the token",
    values: { team: "the team that is asked for", other: "another team: calls for this one are refused" },
  },
  "vercel.plan": {
    what: "plan of the team",
    values: { pro: "", enterprise: "", hobby: "no protection of all deployments" },
  },
  "github.token": {
    what: "kind of token",
    values: {
      "fine-grained": "its rights are in no header",
      classic: "with the scope repo, which x-oauth-scopes has",
      "classic-public": "with the scope public_repo alone: a private repository is 404",
    },
  },
  "github.role": {
    what: "role of the token's user in the repository",
    values: { admin: "", write: "no rules of branches and environments" },
  },
  "github.owner": {
    what: "who owns the repository",
    values: { user: "", organization: "its plan is shown" },
  },
  "github.lacks": {
    what: "rights that the token does not have",
    isList: true,
    values: {
      checks: "as every fine-grained token: GitHub has no such right for them",
      actions: "",
      administration: "",
      contents: "",
      deployments: "",
      environments: "",
      issues: "",
      pull_requests: "",
      secrets: "",
      statuses: "",
      workflows: "refs to new commits whose tree has workflow files",
    },
  },
  "github.plan": {
    what: "plan of the repository's owner",
    values: {
      enterprise: "",
      team: "as free",
      pro: "as free",
      free: "a private repository's environment has neither reviewers nor a wait",
    },
  },
  "github.visibility": {
    what: "who sees the repository",
    values: { private: "its members", public: "everyone; its environments have all rules on each plan" },
  },
  "github.writes": {
    what: "how many writes GitHub takes",
    values: { unlimited: "", limited: "80 a minute and 500 an hour, as its secondary rate limit" },
  },
  "github.refs": {
    what: "when a change of a ref is seen",
    values: { consistent: "at once", lagging: "after 2 s, and until then a fast-forward on it is refused" },
  },
  "github.minutes": {
    what: "how long a minute of an environment's wait timer is",
    values: { real: "a minute", short: "50 ms" },
  },
  "github.ci": {
    what: "what CI of a commit is on GitHub",
    values: {
      job: "a job of a workflow, so a check run of GitHub Actions, as ci.yml makes it",
      status: "a commit status, as a service outside of GitHub posts it",
    },
  },
} as const satisfies Readonly<Record<string, AccountSetting>>;

export type AccountSettingName = keyof typeof accountSettings;

/** Those that the user changed; the others have their default. */
export type AccountState = Partial<Record<AccountSettingName, string>>;

/** A name or a value that does not exist. */
export class AccountSettingError extends Error {}

const all: Readonly<Record<string, AccountSetting>> = accountSettings;

export const accountSettingNames = Object.keys(accountSettings) as readonly AccountSettingName[];

export function defaultOf(name: AccountSettingName): string {
  const { values, isList } = setting(name);
  return isList ? "none" : (Object.keys(values)[0] ?? "");
}

export const setting = (name: AccountSettingName): AccountSetting => accountSettings[name];

/** Checks `name` and `value`. @throws AccountSettingError that lists what exists. */
export function parseAccountSetting(
  name: string,
  value: string,
): { readonly name: AccountSettingName; readonly value: string } {
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (!found)
    throw new AccountSettingError(`${name || "nothing"} is no setting: ${accountSettingNames.join(", ")}`);
  const known = Object.keys(found.values);
  const given = found.isList && value !== "none" ? value.split(",") : [value];
  const allowed = found.isList && value === "none" ? ["none"] : known;
  const wrong = given.filter((each) => !allowed.includes(each));
  if (wrong.length > 0)
    throw new AccountSettingError(
      found.isList
        ? `${name} must be none or a list of ${known.join(", ")}; got ${value || "nothing"}`
        : `${name} must be one of ${known.join(", ")}; got ${value || "nothing"}`,
    );
  return { name: name as AccountSettingName, value };
}
