import { type Flags, type Given, readFlags } from "./arguments.ts";
import { type Cloud, openCloud } from "./cloud.ts";
import { CommandError, Interrupted } from "./command-error.ts";
import { deploy, deployFlags } from "./deploy.ts";
import {
  checksList,
  listingFlags,
  logs,
  logsFlags,
  machineList,
  releases,
  releasesFlags,
  secretsList,
  status,
} from "./listings.ts";
import { machineCommand } from "./machine-commands.ts";
import { version } from "./machine-config.ts";

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
  "machine list": { flags: listingFlags, run: machineList },
  "machines list": { flags: listingFlags, run: machineList },
  "machine start": { flags: listingFlags, takesWords: true, run: machineCommand("start") },
  "machine stop": { flags: listingFlags, takesWords: true, run: machineCommand("stop") },
  "machine restart": { flags: listingFlags, takesWords: true, run: machineCommand("restart") },
  "secrets list": { flags: listingFlags, run: secretsList },
  "checks list": { flags: listingFlags, run: checksList },
  logs: { flags: logsFlags, run: logs },
};

async function main(words: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort());
  const plain = words.findIndex((word) => word.startsWith("-"));
  const path = words.slice(0, plain < 0 ? undefined : plain);
  try {
    if (path[0] === "version" || words[0] === "--version") {
      console.log(`flyctl v${version} (stand-in of this sandbox)`);
      return 0;
    }
    const name = path.slice(0, 2).join(" ");
    const found = commands[name] ? name : (path[0] ?? "");
    const command = commands[found];
    if (!command) {
      console.error(`Error: unknown command "${path.join(" ")}" for "flyctl"`);
      console.error(`This sandbox knows: version, ${Object.keys(commands).join(", ")}`);
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
