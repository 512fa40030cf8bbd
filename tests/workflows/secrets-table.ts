import type { Expressions, Scope } from "../../sandbox/workflows/expression.ts";
import type { Job, Workflow } from "../../sandbox/workflows/workflow.ts";

/** GitHub environments by the name of a secret. */
export type SecretPlaces = ReadonlyMap<string, ReadonlySet<string>>;

const heading = "| secret ";
const environments = ["staging", "production", "preview"];

/** The table of docs/secrets.md: the secrets of the workflows, and the environments that each belongs in. */
export function documentedSecrets(text: string): SecretPlaces {
  const lines = text.split("\n");
  const begin = lines.findIndex((line) => line.startsWith(heading) && line.includes("| environments "));
  const end = lines.findIndex((line, at) => at > begin && !line.startsWith("|"));
  return new Map(
    lines.slice(begin + 2, end).map((line) => {
      const [, secret = "", places = ""] = line.split("|").map((cell) => cell.trim());
      return [secret.replaceAll("`", ""), new Set(places.split(", "))];
    }),
  );
}

/** The secrets that the jobs of these workflows read, and the environments that a job which reads one can be in. */
export function usedSecrets(
  workflows: Iterable<Pick<Workflow, "on" | "jobs">>,
  expressions: Expressions,
): SecretPlaces {
  const used = new Map<string, Set<string>>();
  for (const { jobs } of workflows)
    for (const job of Object.values(jobs))
      for (const secret of secretsOf(job)) {
        const places = used.get(secret) ?? new Set();
        for (const place of environmentsOf(job, expressions)) places.add(place);
        used.set(secret, places);
      }
  return used;
}

/** Where the two differ, as sentences. */
export function tableFaults(documented: SecretPlaces, used: SecretPlaces): readonly string[] {
  return [
    ...[...used].flatMap(([secret, places]) => {
      const known = documented.get(secret);
      if (!known) return [`a workflow reads ${secret}, which is not in the table`];
      return [...places]
        .filter((place) => !known.has(place))
        .map((place) => `a job in ${place} reads ${secret}, and the table has it not there`);
    }),
    ...[...documented].flatMap(([secret, places]) => {
      const readIn = used.get(secret);
      if (!readIn) return [`the table has ${secret}, which no workflow reads`];
      return [...places]
        .filter((place) => !readIn.has(place))
        .map((place) => `the table has ${secret} in ${place}, where no job reads it`);
    }),
  ];
}

/** A job's own token, `secrets.GITHUB_TOKEN`, is in no environment. */
function secretsOf(job: Job): ReadonlySet<string> {
  const found = JSON.stringify(job).matchAll(/\bsecrets\.(\w+)/g);
  return new Set([...found].flatMap(([, name = ""]) => (name === "GITHUB_TOKEN" ? [] : name)));
}

function environmentsOf({ environment }: Job, expressions: Expressions): ReadonlySet<string> {
  const name = typeof environment === "object" ? environment["name"] : environment;
  if (typeof name !== "string") return new Set(["the repository"]);
  return new Set(scopes().map((scope) => expressions.interpolate(name, scope)));
}

/** Everything that the name of a job's environment depends on. */
function scopes(): readonly Scope[] {
  const ofInputs = environments.filter((name) => name !== "preview");
  return ["refs/heads/main", "refs/heads/prod"].flatMap((ref) =>
    ofInputs.flatMap((environment) =>
      ["true", ""].map((apart): Scope => ({
        contexts: { github: { ref }, inputs: { environment }, vars: { PREVIEWS_APART: apart }, needs: {} },
        status: "success",
      })),
    ),
  );
}
