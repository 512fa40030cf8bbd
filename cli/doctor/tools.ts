import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "@rollout/infra/shared/run-command";
import type { Check, Finding } from "../../stacks/doctor/check.ts";
import { fails, holds, unknown } from "../../stacks/doctor/check.ts";
import type { Session } from "../command.ts";

const limitMilliseconds = 20_000;

interface Package {
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The programs that a rollout runs. */
export function toolChecks({ checkout, environment }: Session): readonly Check[] {
  const own = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as Package;
  const signal = new AbortController().signal;
  const versionOf = async (program: string, ...words: readonly string[]): Promise<string | undefined> => {
    const printed = await runCommand(program, words, {
      variables: { ...variablesOf(environment), FLY_NO_UPDATE_CHECK: "1" },
      limitMilliseconds,
      signal,
    });
    return /(\d+\.\d+\.\d+)/.exec(printed)?.[1];
  };
  /** @param tried the version that the program was tried with; none where there is no such one. */
  const tool =
    (program: string, words: readonly string[], page: string, tried = "0.0.0") =>
    async (): Promise<Finding> => {
      let version: string | undefined;
      try {
        version = await versionOf(program, ...words);
      } catch (error) {
        if ((error as Error).message.includes("is not on the PATH"))
          return fails(`${program} is not on the PATH`, page);
        throw error;
      }
      if (version === undefined) return unknown(`${program} ${words.join(" ")} names no version`);
      return isOlder(version, tried)
        ? unknown(`${program} ${version} is older than ${tried}, the version that was tried`, page)
        : holds(`${program} ${version}`);
    };
  const node = (): Finding => {
    const range = own.engines?.node ?? ">=0.0.0";
    const version = process.versions.node;
    return isOlder(version, /\d+\.\d+(\.\d+)?/.exec(range)?.[0] ?? "0")
      ? fails(`node ${version}, and package.json has ${range}`, "https://nodejs.org/en/download")
      : holds(`node ${version}`);
  };
  const sdk = own.dependencies?.["@pulumi/pulumi"] ?? "0.0.0";
  return [
    { name: "node", look: () => Promise.resolve(node()) },
    {
      name: "pulumi",
      look: tool("pulumi", ["version"], "https://www.pulumi.com/docs/install/", sdk),
    },
    {
      name: "flyctl",
      look: tool("flyctl", ["version"], "https://fly.io/docs/flyctl/install/"),
    },
  ];
}

/** What the programs need to be found, and nothing that they print. */
function variablesOf({ PATH, HOME, PULUMI_HOME }: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({ PATH, HOME, PULUMI_HOME, PULUMI_SKIP_UPDATE_CHECK: "true" }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}

function isOlder(version: string, least: string): boolean {
  const [left, right] = [version, least].map((text) => text.split(".").map(Number));
  for (const at of [0, 1, 2]) {
    const [has = 0, needs = 0] = [left?.[at], right?.[at]];
    if (has !== needs) return has < needs;
  }
  return false;
}
