// The clouds on this machine: one process that outlives the command which started it. bin/sandbox starts and stops it.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openTokens, type Endpoints } from "../environment.ts";
import { openHome } from "../home.ts";
import { engineCache } from "../toolchain/engine.ts";
import { UserError } from "../user-error.ts";
import { openAccount } from "./account/account.ts";
import { controlRoutes, wireStatus, type ServerStatus } from "./server/control.ts";
import { openPorts, type PortState } from "./server/ports.ts";
import { notStarted } from "./server/not-started.ts";
import { openProcessKeeper } from "./process-keeper.ts";
import { cloudNames, type CloudName, type OpenEmulator, type Emulator } from "./emulator.ts";
import { openStore } from "./store.ts";
import { listen, type Listener } from "./wire/listen.ts";
import { openHomeWire } from "./wire/open-wire.ts";

const stopLimitMilliseconds = 60_000;

interface RunningCloud {
  readonly name: CloudName;
  readonly origin: string;
  readonly emulator: Emulator;
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

async function main(checkout: string): Promise<void> {
  const home = openHome(checkout, process.env["SANDBOX_HOME"]);
  const tokens = openTokens(home);
  const serverFolder = home.cloud("server");
  mkdirSync(serverFolder, { recursive: true });
  const ports = openPorts(await openStore<PortState>(serverFolder, { named: {}, given: [] }));
  const processes = openProcessKeeper(home.runFolder, home.logsFolder);
  const wire = await openHomeWire(home, {
    checksAnswers: process.env["SANDBOX_CHECK_ANSWERS"] === "1",
    log,
  });
  const account = await openAccount(home);
  const listeners: Listener[] = [];

  const openCloud = async (name: CloudName): Promise<RunningCloud> => {
    const port = await ports.named(name);
    const origin = `http://127.0.0.1:${port}`;
    const dataFolder = home.cloud(name);
    mkdirSync(dataFolder, { recursive: true });
    const { open } = (await import(`./${name}/index.ts`)) as { open: OpenEmulator };
    const emulator = await open({
      home,
      dataFolder,
      sharedLayers: process.env["SANDBOX_LAYERS"] ?? join(engineCache(process.env), "layers"),
      token: tokens.clouds[name],
      registry: `http://127.0.0.1:${await ports.named("fly")}`,
      origin,
      processes,
      account,
      openStore: (initial) => openStore(dataFolder, initial),
      freePort: () => ports.free(),
      log: (line) => log(`${name}: ${line}`),
    });
    listeners.push(await listen(name, wire.before(name, emulator.routes), port));
    return { name, origin, emulator };
  };

  const clouds = await Promise.all(cloudNames.map(openCloud));
  await Promise.all(clouds.map(({ emulator }) => emulator.start()));

  const since = new Date().toISOString();
  const status = (): ServerStatus => ({
    home: home.folder,
    pid: process.pid,
    since,
    clouds: clouds.map(({ name, origin, emulator }) => ({
      name,
      address: origin,
      running: emulator.running(),
    })),
    wire: wireStatus(wire),
  });

  let stopping = false;
  const stop = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    log(`stopping: ${reason}`);
    setTimeout(() => {
      log(`not stopped within ${stopLimitMilliseconds} ms; ending`);
      process.exit(1);
    }, stopLimitMilliseconds).unref();
    forget(home.endpointsFile);
    wire.close();
    void Promise.allSettled([
      ...clouds.map(({ emulator }) => emulator.stop()),
      ...listeners.map((listener) => listener.close()),
    ]).then((results) => {
      const failed = results.filter((result) => result.status === "rejected");
      for (const { reason: why } of failed) log(`stopping failed: ${describe(why)}`);
      log("stopped");
      process.exit(failed.length > 0 ? 1 : 0);
    });
  };
  const controlPort = await ports.named("control");
  const control = controlRoutes(tokens.control, ports, wire.faults, account, status, () =>
    // The answer goes out first.
    setImmediate(() => stop("asked to")),
  );
  listeners.push(await listen("the sandbox itself", (request) => control.fetch(request), controlPort));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop(signal));

  const endpoints: Endpoints = {
    pid: process.pid,
    control: `http://127.0.0.1:${controlPort}`,
    clouds: Object.fromEntries(clouds.map(({ name, origin }) => [name, origin])) as Record<CloudName, string>,
  };
  const next = `${home.endpointsFile}.next`;
  writeFileSync(next, `${JSON.stringify(endpoints, undefined, 2)}\n`);
  renameSync(next, home.endpointsFile);
  log(`ready: ${clouds.map(({ name, origin }) => `${name} ${origin}`).join(", ")}`);
}

/** Removes the addresses, unless a successor has written its own. */
function forget(endpointsFile: string): void {
  try {
    const { pid } = JSON.parse(readFileSync(endpointsFile, "utf8")) as Endpoints;
    if (pid === process.pid) rmSync(endpointsFile);
  } catch {
    // There are none.
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// One emulator's fault must not take the other clouds away.
process.on("unhandledRejection", (reason) => log(`unhandled rejection: ${describe(reason)}`));
process.on("uncaughtException", (error) => {
  log(`fault: ${describe(error)}`);
  process.exit(1);
});

main(join(import.meta.dirname, "..", "..")).catch((error: unknown) => {
  log(`${notStarted}${error instanceof UserError ? error.message : describe(error)}`);
  process.exit(1);
});
