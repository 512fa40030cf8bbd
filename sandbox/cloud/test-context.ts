import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { openHome } from "../home.ts";
import { openProcessKeeper } from "./process-keeper.ts";
import type { CloudName, OpenStandIn, StandIn, StandInContext } from "./stand-in.ts";
import { openStore } from "./store.ts";

/** One stand-in served on a loopback port, in a home of its own: what a test speaks to with the official client. */
export interface TestCloud {
  /** Without a trailing slash. */
  readonly origin: string;
  readonly token: string;
  readonly standIn: StandIn;
  readonly context: StandInContext;
  /** Lines that the stand-in logged. */
  readonly logged: readonly string[];
  /** Stops and opens again on the same address, from what is on disk. */
  reopen(): Promise<TestCloud>;
  /** Stops and removes the home. */
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

/** Where a stand-in is opened; the same place again is the same sandbox, after a stop or a kill. */
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

/** Opens the stand-in of `name`, empty, in a temporary home. */
export async function openTestCloud(name: CloudName, open: OpenStandIn): Promise<TestCloud> {
  return openTestCloudAt(name, open, await newPlace(name));
}

/** Opens the stand-in of `name` on what is in a place already. */
export async function openTestCloudAt(name: CloudName, open: OpenStandIn, place: Place): Promise<TestCloud> {
  const home = openHome(place.folder, place.folder);
  const dataFolder = home.cloud(name);
  mkdirSync(dataFolder, { recursive: true });
  const logged: string[] = [];
  const context: StandInContext = {
    home,
    dataFolder,
    token: place.token,
    origin: `http://127.0.0.1:${place.port}`,
    processes: openProcessKeeper(home.runFolder, home.logsFolder),
    openStore: (initial) => openStore(dataFolder, initial),
    freePort,
    log: (line) => void logged.push(line),
  };
  const standIn = await open(context);
  await standIn.start();
  const server = createAdaptorServer({ fetch: (request) => standIn.routes.fetch(request) });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(place.port, "127.0.0.1", resolve);
  });
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    if ("closeAllConnections" in server) server.closeAllConnections();
    await closed;
    await standIn.stop();
  };
  return {
    origin: context.origin,
    token: place.token,
    standIn,
    context,
    logged,
    reopen: async () => {
      await stop();
      return openTestCloudAt(name, open, place);
    },
    close: async () => {
      await stop();
      await rm(place.folder, { recursive: true, force: true });
    },
  };
}
