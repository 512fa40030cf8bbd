import { type Flags, type Given, readFlags } from "./arguments.ts";
import { type Cloud, openCloud } from "./cloud.ts";
import { CommandError, Interrupted } from "./command-error.ts";
import {
  appsCreate,
  appsCreateFlags,
  appsDestroy,
  appsDestroyFlags,
  appsList,
  appsListFlags,
} from "./apps.ts";
import { deploy, deployFlags } from "./deploy.ts";
import { checksList, listingFlags, machineList, releases, releasesFlags, status } from "./listings.ts";
import { logs, logsFlags } from "./logs.ts";
import {
  machineDestroy,
  machineFlags,
  machineRestart,
  machineStart,
  machineStop,
} from "./machine-commands.ts";
import { version } from "./machine-config.ts";
import { scaleCount, scaleFlags } from "./scale.ts";
import {
  secretsDeploy,
  secretsFlags,
  secretsImport,
  secretsSet,
  secretsSync,
  secretsSyncFlags,
  secretsUnset,
} from "./secrets.ts";
import { secretsList } from "./secrets-list.ts";

/** Stands in for flyctl where it cannot be had: the same commands, calls and messages, as far as a rollout needs them. */

interface Command {
  readonly flags: Flags;
  readonly takesWords?: boolean;
  run(given: Given, cloud: Cloud, signal: AbortSignal): Promise<void>;
}

const commands: Readonly<Record<string, Command>> = {
  deploy: { flags: deployFlags, run: deploy },
  status: { flags: listingFlags, run: status },
  releases: { flags: releasesFlags, run: releases },
  "apps list": { flags: appsListFlags, run: appsList },
  "apps create": { flags: appsCreateFlags, takesWords: true, run: appsCreate },
  "apps destroy": { flags: appsDestroyFlags, takesWords: true, run: appsDestroy },
  "machine list": { flags: listingFlags, run: machineList },
  "machine start": { flags: machineFlags, takesWords: true, run: machineStart },
  "machine stop": { flags: machineFlags, takesWords: true, run: machineStop },
  "machine restart": { flags: machineFlags, takesWords: true, run: machineRestart },
  "machine destroy": { flags: machineFlags, takesWords: true, run: machineDestroy },
  "secrets list": { flags: listingFlags, run: secretsList },
  "secrets set": { flags: secretsFlags, takesWords: true, run: secretsSet },
  "secrets import": { flags: secretsFlags, run: secretsImport },
  "secrets unset": { flags: secretsFlags, takesWords: true, run: secretsUnset },
  "secrets deploy": { flags: secretsFlags, run: secretsDeploy },
  "secrets sync": { flags: secretsSyncFlags, run: secretsSync },
  "scale count": { flags: scaleFlags, takesWords: true, run: scaleCount },
  "checks list": { flags: listingFlags, run: checksList },
  logs: { flags: logsFlags, run: logs },
};

/** The real flyctl knows these by more than one name. */
const otherNames: Readonly<Record<string, string>> = {
  app: "apps",
  machines: "machine",
  m: "machine",
  secret: "secrets",
};

async function main(words: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort());
  const plain = words.findIndex((word) => word.startsWith("-"));
  const path = words.slice(0, plain < 0 ? undefined : plain);
  try {
    if (path[0] === "version" || words[0] === "--version") {
      console.log(`flyctl v${version} (emulator of this sandbox)`);
      return 0;
    }
    const [first = "", ...others] = path;
    const name = [otherNames[first] ?? first, ...others.slice(0, 1)].join(" ");
    const found = commands[name] ? name : first;
    const command = commands[found];
    if (!command) {
      console.error(
        `Error: unknown command "${path.slice(0, 2).join(" ")}" for "flyctl": this emulator of flyctl lacks it, or there is none`,
      );
      console.error(`It knows: version, ${Object.keys(commands).join(", ")}`);
      return 1;
    }
    const given = readFlags(words.slice(found.split(" ").length), command.flags, command.takesWords === true);
    await command.run(given, openCloud(process.env), interruption.signal);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 127;
    console.error(`Error: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof CommandError && error.suggestion !== undefined)
      console.error(`${error.suggestion}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
