import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHome } from "../home.ts";
import { openAccount, type Account } from "./account/account.ts";
import { openProcessKeeper } from "./process-keeper.ts";
import type { CloudName, OpenEmulator, Emulator, EmulatorContext } from "./emulator.ts";
import { openStore } from "./store.ts";
import type { Faults } from "./wire/faults.ts";
import { listen } from "./wire/listen.ts";
import { openHomeWire } from "./wire/open-wire.ts";
import type { Wire } from "./wire/wire.ts";

/** One emulator served on a loopback port, in a home of its own: what a test speaks to with the official client. */
export interface TestCloud {
  /** Without a trailing slash. */
  readonly origin: string;
  readonly token: string;
  readonly emulator: Emulator;
  readonly context: EmulatorContext;
  /** Lines that the emulator logged. */
  readonly logged: readonly string[];
  /** What this cloud's calls go through, as in a sandbox: every answer is held against the vendor's document. */
  readonly wire: Wire;
  /** `faults.add({ cloud: "fly", path: "**", kind: "reset", times: 1 })` */
  readonly faults: Faults;
  /** `account.set("neon.key", "personal")` */
  readonly account: Account;
  /** Stops and opens again on the same address, from what is on disk. */
  reopen(): Promise<TestCloud>;
  /** Stops and removes the home; fails when an answer was not as the vendor documents. */
  close(): Promise<void>;
}

const given = new Set<number>();

/** A loopback port that nothing listens on now and that no test of this process was given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    const port = await new Promise<number>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    });
    await new Promise((resolve) => server.close(resolve));
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}

/** Where an emulator is opened; the same place again is the same sandbox, after a stop or a kill. */
export interface Place {
  readonly folder: string;
  readonly port: number;
  readonly token: string;
}

export async function newPlace(name: CloudName): Promise<Place> {
  return {
    folder: await mkdtemp(join(tmpdir(), `atlaris-${name}-`)),
    port: await freePort(),
    token: randomBytes(12).toString("hex"),
  };
}

/** Opens the emulator of `name`, empty, in a temporary home. */
export async function openTestCloud(name: CloudName, open: OpenEmulator): Promise<TestCloud> {
  return openTestCloudAt(name, open, await newPlace(name));
}

/** Opens the emulator of `name` on what is in a place already. */
export async function openTestCloudAt(name: CloudName, open: OpenEmulator, place: Place): Promise<TestCloud> {
  const home = openHome(place.folder, place.folder);
  const dataFolder = home.cloud(name);
  mkdirSync(dataFolder, { recursive: true });
  const logged: string[] = [];
  const account = await openAccount(home);
  const context: EmulatorContext = {
    home,
    dataFolder,
    token: place.token,
    origin: `http://127.0.0.1:${place.port}`,
    processes: openProcessKeeper(home.runFolder, home.logsFolder),
    account,
    openStore: (initial) => openStore(dataFolder, initial),
    freePort,
    log: (line) => void logged.push(line),
  };
  const emulator = await open(context);
  await emulator.start();
  const wire = await openHomeWire(home, { checksAnswers: true, log: (line) => context.log(line) });
  const listener = await listen(name, wire.before(name, emulator.routes), place.port);
  const stop = async (): Promise<void> => {
    wire.close();
    await listener.close();
    await emulator.stop();
  };
  return {
    origin: context.origin,
    token: place.token,
    emulator,
    context,
    logged,
    wire,
    faults: wire.faults,
    account,
    reopen: async () => {
      await stop();
      requireRightAnswers(wire);
      return openTestCloudAt(name, open, place);
    },
    close: async () => {
      await stop();
      await rm(place.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      requireRightAnswers(wire);
    },
  };
}

function requireRightAnswers({ answers }: Wire): void {
  const wrong = (answers?.wrongAnswers ?? []).map(
    (each) => `${each.cloud} ${each.method} ${each.path} answered ${each.status}: ${each.wrong.join("; ")}`,
  );
  const undocumented = (answers?.undocumentedCalls() ?? []).map(
    (each) => `${each.cloud} ${each.name}: in none of the documents that the contract reads`,
  );
  const findings = [...wrong, ...undocumented];
  if (findings.length > 0) throw new Error(`Answers not as documented:\n${findings.join("\n")}`);
}
