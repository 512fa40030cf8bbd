import { GitHubError } from "@rollout/infra/github/client";
import { madeSecrets } from "../../stacks/settings/secret-versions.ts";
import type { Recorded } from "../history/recorded.ts";
import { ageOf, ageText } from "./ages.ts";
import { givenSecrets } from "./by-person.ts";

/** One secret, without its value. */
export interface ListedSecret {
  readonly name: string;
  readonly what: string;
  /** RFC 3339; absent where nothing shows it. */
  readonly since?: string;
  /** Whether it may be older than that. */
  readonly isAtLeast: boolean;
  readonly version?: string;
  /** What knows the time: the signed record, or GitHub, which has when the environment's secret was last set. */
  readonly source: "record" | "github" | "unknown";
}

/** Secrets of a stack alone that has a service on Railway. */
const ofRailway: ReadonlySet<string> = new Set(["RAILWAY_API_TOKEN", "FLY_REGISTRY_TOKEN"]);

/** Every secret of an environment with the time since which it is the same; none of its values is read. */
export async function listSecrets(
  { attempts, settings, github, place }: Recorded,
  warn: (line: string) => void,
): Promise<readonly ListedSecret[]> {
  const made = Object.entries(madeSecrets).map(([name, { what }]): ListedSecret => {
    const age = ageOf(name, attempts);
    return { name, what, ...age, source: age.since === undefined ? "unknown" : "record" };
  });
  const own = [...new Set([...settings.fly.secrets, ...(settings.vercel.secrets ?? [])])];
  const others = [
    ...own.map((name) => [name, "secret of the application"] as const),
    ...Object.entries(givenSecrets)
      .filter(([name]) => settings.railway !== undefined || !ofRailway.has(name))
      .map(([name, { what }]) => [name, what] as const),
  ];
  const set = await setAtGitHub(github, place, warn);
  return [
    ...made,
    ...others.map(([name, what]): ListedSecret => {
      const since = set.get(name);
      const known =
        since === undefined ? { source: "unknown" as const } : { since, source: "github" as const };
      return { name, what, isAtLeast: false, ...known };
    }),
  ];
}

/** When the secrets of the GitHub environment were last set, by name. */
async function setAtGitHub(
  github: Recorded["github"],
  { owner, repository: repo, environment: environment_name }: Recorded["place"],
  warn: (line: string) => void,
): Promise<ReadonlyMap<string, string>> {
  try {
    const secrets = await github.paginate(github.rest.actions.listEnvironmentSecrets, {
      ...{ owner, repo, environment_name, per_page: 100 },
    });
    return new Map(secrets.map(({ name, updated_at: at }) => [name, at]));
  } catch (error) {
    if (!(error instanceof GitHubError) || ![403, 404].includes(error.status ?? 0)) throw error;
    warn(
      `The secrets of the GitHub environment ${environment_name} are not shown to GITHUB_TOKEN: ${error.message}`,
    );
    return new Map();
  }
}

/** As a table, the oldest first; what nothing shows stands last. */
export function listText(secrets: readonly ListedSecret[], now: Date): string {
  const sorted = secrets.toSorted((one, other) => (one.since ?? "9").localeCompare(other.since ?? "9"));
  const rows = sorted.map(({ name, what, since, isAtLeast, source }) => [
    name,
    since === undefined ? "unknown" : ageText(since, now, isAtLeast),
    since === undefined ? "" : `${since.slice(0, 10)} by ${source === "record" ? "the record" : "GitHub"}`,
    what,
  ]);
  const all = [["SECRET", "AGE", "SINCE", "WHAT"], ...rows];
  const widths = [0, 1, 2].map((at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd((widths[at] ?? 0) + (at < 3 ? 2 : 0)))
          .join("")
          .trimEnd()}\n`,
    )
    .join("");
}
