import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { openAccount } from "../cloud/account/account.ts";
import { open as openFly } from "../cloud/fly/index.ts";
import type { FlyState } from "../cloud/fly/state.ts";
import { open as openGitHub } from "../cloud/github/index.ts";
import { openWith as openNeonWith } from "../cloud/neon/index.ts";
import { findPort } from "../cloud/server/free-port.ts";
import type { OpenEmulator, Emulator } from "../cloud/emulator.ts";
import { openStore, type Store } from "../cloud/store.ts";
import { open as openVercel } from "../cloud/vercel/index.ts";
import { listen, type Listener } from "../cloud/wire/listen.ts";
import type { Faults } from "../cloud/wire/faults.ts";
import { patternOf, type WireOptions } from "../cloud/wire/wire.ts";
import { openHomeWire } from "../cloud/wire/open-wire.ts";
import { openTokens } from "../environment.ts";
import { openHome } from "../home.ts";
import { openNoPrograms, type NoPrograms } from "./no-programs.ts";
import { openNoServers } from "./no-servers.ts";
import type { ReplayedCloud } from "./recorded-call.ts";

/** The four emulators, new and empty, in a folder of their own. */
export interface Emulators {
  readonly origins: Readonly<Record<ReplayedCloud, string>>;
  readonly tokens: Readonly<Record<ReplayedCloud, string>>;
  readonly programs: NoPrograms;
  readonly fly: { readonly store: Store<FlyState>; readonly dataFolder: string };
  readonly faults: Faults;
  /** What a cloud has acknowledged. */
  stateOf(cloud: ReplayedCloud): object;
  /** The path of a call as fault rules write it, where a route answers it. */
  patternOf(cloud: ReplayedCloud, method: string, path: string): string;
  /** A port that nothing listens on. */
  freePort(): Promise<number>;
  /** Stops them and removes their folder. */
  close(): Promise<void>;
}

const opens: Readonly<Record<ReplayedCloud, OpenEmulator>> = {
  neon: (context) => openNeonWith(context, openNoServers),
  fly: openFly,
  vercel: openVercel,
  github: openGitHub,
};

/** Opens them in this process, on loopback: their answers are those of a sandbox, their programs and servers do not run. */
export async function openEmulators(onCall?: WireOptions["onCall"]): Promise<Emulators> {
  const folder = await mkdtemp(join(tmpdir(), "atlaris-replay-"));
  const home = openHome(folder, folder);
  const { clouds: tokens } = openTokens(home);
  const account = await openAccount(home);
  const programs = openNoPrograms(home.logsFolder);
  const wire = await openHomeWire(home, {
    checksAnswers: false,
    log: () => undefined,
    ...(onCall ? { onCall } : {}),
  });
  const given = new Set<number>();
  const freePort = async (): Promise<number> => {
    const port = await findPort(given);
    given.add(port);
    return port;
  };
  const origins = new Map<ReplayedCloud, string>();
  const emulators: Emulator[] = [];
  const routes = new Map<ReplayedCloud, Hono>();
  const listeners: Listener[] = [];
  const stores = new Map<ReplayedCloud, Store<object>>();
  const close = async (): Promise<void> => {
    wire.close();
    await Promise.allSettled(listeners.map((listener) => listener.close()));
    programs.close();
    await Promise.allSettled(emulators.map((emulator) => emulator.stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    for (const [name, open] of Object.entries(opens) as [ReplayedCloud, OpenEmulator][]) {
      const port = await freePort();
      const origin = `http://127.0.0.1:${String(port)}`;
      const dataFolder = home.cloud(name);
      mkdirSync(dataFolder, { recursive: true });
      const emulator = await open({
        home,
        dataFolder,
        token: tokens[name],
        origin,
        processes: programs,
        account,
        openStore: async <State extends object>(initial: State) => {
          const store = await openStore(dataFolder, initial);
          stores.set(name, store);
          return store;
        },
        freePort,
        log: () => undefined,
      });
      emulators.push(emulator);
      routes.set(name, emulator.routes);
      await emulator.start();
      listeners.push(await listen(name, wire.before(name, emulator.routes), port));
      origins.set(name, origin);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    origins: Object.fromEntries(origins) as Record<ReplayedCloud, string>,
    tokens,
    programs,
    fly: { store: stores.get("fly") as Store<FlyState>, dataFolder: home.cloud("fly") },
    faults: wire.faults,
    patternOf: (cloud, method, path) => {
      const own = routes.get(cloud);
      return own ? patternOf(own, method, path) : path;
    },
    stateOf: (cloud) => stores.get(cloud)?.state ?? {},
    freePort,
    close,
  };
}
