import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cloudNames } from "../cloud/emulator.ts";
import { delayProfiles } from "../cloud/wire/delay-profile.ts";
import { FaultRuleError, faultKinds, methods, parseFaultRule } from "../cloud/wire/fault-rule.ts";
import { initialFaults, type ActiveRule, type FaultList, type FaultState } from "../cloud/wire/faults.ts";
import type { Home } from "../home.ts";
import { UserError } from "../user-error.ts";
import { callClouds } from "./start-clouds.ts";
import { describeFaults } from "./describe-faults.ts";
import type { Sandbox } from "./sandbox.ts";

const faultsHelp = `bin/sandbox faults            lists the faults and delays of the calls to the clouds
bin/sandbox faults add        makes calls fail
bin/sandbox faults profile    sets how long the clouds take
bin/sandbox faults lag        sets for how long reads lag behind writes
bin/sandbox faults clear      ends all of it

  bin/sandbox faults add --cloud fly --method POST --path '/v1/apps/*/machines' --kind lost-after --times 1
  bin/sandbox faults add --cloud neon --path '**/branches' --kind status --status 429 --skip 2
  bin/sandbox faults profile realistic
  bin/sandbox faults lag 5000
  bin/sandbox faults
  bin/sandbox faults clear

add:
  --cloud         ${cloudNames.join(", ")}
  --path          the whole path without its query; * is anything but a slash, ** anything
  --method        ${methods.join(", ")} (default: any)
  --kind          ${Object.entries(faultKinds)
    .map(([kind, what]) => `${kind.padEnd(11)} ${what}`)
    .join("\n                  ")}
  --times N       so many calls, then no more (default: all)
  --skip N        so many matching calls pass first
  --status N, --milliseconds N
profile:
  NAME            ${Object.entries(delayProfiles)
    .map(([name, what]) => `${name.padEnd(11)} ${what}`)
    .join("\n                  ")}
  --seed N        other random delays (default 1: the same ones each time)
lag:
  MILLISECONDS    for so long a read shows what was before a change, and what was just made is not found
  --cloud NAME    of this cloud alone (default: of all)

Each takes --json. Faults and delays stay, over restarts too, until they are cleared; \`bin/sandbox status\` lists them.
They are those of the clouds' APIs: databases and what is deployed are not touched.
`;

/** Makes calls to the clouds fail or wait. */
export async function faults(sandbox: Sandbox, args: readonly string[]): Promise<number> {
  const [verb = "list", ...rest] = args.filter((each) => each !== "--json");
  const isJson = args.includes("--json");
  const show = (answer: unknown, text: string): number => {
    process.stdout.write(isJson ? `${JSON.stringify(answer, undefined, 2)}\n` : text);
    return 0;
  };
  const call = (method: string, path: string, body?: unknown): Promise<unknown> =>
    callClouds(sandbox, method, path, body);
  const listing = (list: unknown): number => show(list, `${describeFaults(list as FaultList).join("\n")}\n`);

  switch (verb) {
    case "--help":
    case "-h":
    case "help":
      process.stdout.write(faultsHelp);
      return 0;
    case "list":
      takesNothing(verb, rest);
      return listing(readFaults(sandbox.home));
    case "clear":
      takesNothing(verb, rest);
      return listing(await call("DELETE", "/faults"));
    case "profile":
      return listing(await call("PUT", "/faults/profile", profileOf(rest)));
    case "lag":
      return listing(await call("PUT", "/faults/lag", lagOf(rest)));
    case "add": {
      const rule = (await call("POST", "/faults", ruleOf(rest))) as ActiveRule;
      return show(rule, `Fault ${rule.id}: ${describeFaults({ profile: "none", rules: [rule] })[1] ?? ""}\n`);
    }
    default:
      throw new UserError(`There is no bin/sandbox faults ${verb}. ${seeHelp}`, 2);
  }
}

const seeHelp = "See: bin/sandbox faults --help";

/** As they are on disk: clouds that do not run keep theirs. */
export function readFaults(home: Home): FaultList {
  try {
    return JSON.parse(readFileSync(join(home.cloud("wire"), "state.json"), "utf8")) as FaultState;
  } catch {
    return initialFaults();
  }
}

function ruleOf(args: readonly string[]): object {
  const texts = ["cloud", "method", "path", "kind"];
  const values = optionsOf(args, [...texts, "status", "milliseconds", "times", "skip"]);
  try {
    return parseFaultRule(
      Object.fromEntries(
        Object.entries(values).map(([name, text]) => [name, texts.includes(name) ? text : numberOf(text)]),
      ),
    );
  } catch (error) {
    if (!(error instanceof FaultRuleError)) throw error;
    throw new UserError(`${error.message.replace(/^/gm, "--")}\n${seeHelp}`, 2);
  }
}

function profileOf(args: readonly string[]): object {
  const [profile = "nothing", ...rest] = args;
  if (!Object.hasOwn(delayProfiles, profile))
    throw new UserError(
      `The profile must be one of ${Object.keys(delayProfiles).join(", ")}; got ${profile}. ${seeHelp}`,
      2,
    );
  const { seed } = optionsOf(rest, ["seed"]);
  if (seed === undefined) return { profile };
  const number = numberOf(seed);
  if (typeof number !== "number") throw new UserError(`--seed must be an integer; got ${seed}`, 2);
  return { profile, seed: number };
}

function lagOf(args: readonly string[]): object {
  const [text = "nothing", ...rest] = args;
  const { cloud } = optionsOf(rest, ["cloud"]);
  const clouds = lagging.filter((each) => cloud === undefined || each === cloud);
  const faults = [
    ...(typeof numberOf(text) === "number" ? [] : [`The lag must be whole milliseconds; got ${text}.`]),
    ...(clouds.length > 0
      ? []
      : [`--cloud must be one of ${lagging.join(", ")}; got ${JSON.stringify(cloud)}.`]),
  ];
  if (faults.length > 0) throw new UserError(`${faults.join("\n")} ${seeHelp}`, 2);
  return { clouds, milliseconds: numberOf(text) };
}

/** The model has nothing to read back. */
const lagging = cloudNames.filter((name) => name !== "ai");

/** What is no number stays the text that it is, for the message. */
const numberOf = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

function optionsOf(args: readonly string[], names: readonly string[]): Record<string, string> {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
    return { ...parseArgs({ args: [...args], options }).values } as Record<string, string>;
  } catch (error) {
    throw new UserError(`${(error as Error).message.split(". ")[0] ?? ""}. ${seeHelp}`, 2);
  }
}

function takesNothing(verb: string, rest: readonly string[]): void {
  if (rest.length > 0)
    throw new UserError(
      `bin/sandbox faults ${verb} takes --json or nothing, got ${rest.join(" ")}. ${seeHelp}`,
      2,
    );
}
