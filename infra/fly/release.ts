import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Access } from "../shared/cloud-access.ts";
import { withOwnFolder } from "../shared/own-folder.ts";
import type { MachineSettings } from "./fly-config.ts";
import { withMachineSettings } from "./fly-config.ts";
import { isSecretsVersionMissing } from "./add-machine.ts";
import { flyctl } from "./flyctl.ts";
import { unpinned } from "./image-reference.ts";
import { waitUntil } from "../shared/wait-until.ts";
import type { Strategy } from "./strategy.ts";

export interface ReleaseOrder {
  readonly app: string;
  /** Path of the app's fly.*.toml. */
  readonly config: string;
  /** Its text as the release has it; as in the file where it is absent. */
  readonly configText?: string;
  readonly machineSettings?: MachineSettings;
  readonly image: string;
  readonly strategy: Strategy;
  /** How many machines may be replaced at once; as the file or flyctl has it where it is absent. */
  readonly maxUnavailable?: number | undefined;
  /** Ids of the machines to release on; all where it is absent. */
  readonly onlyMachines?: readonly string[];
  /** For each machine to be healthy; all of it may take a minute more. */
  readonly waitSeconds: number;
}

/** The text of the app's fly.*.toml as the release has it. */
export function configTextOf(order: Pick<ReleaseOrder, "config" | "configText">): Promise<string> {
  return order.configText === undefined ? readFile(order.config, "utf8") : Promise.resolve(order.configText);
}

/** One `flyctl deploy`, of an image that is in the registry. */
export function release(order: ReleaseOrder, access: Access): Promise<void> {
  return withOwnFolder(async (folder) => {
    const config = join(folder, "fly.toml");
    const text = await configTextOf(order);
    await writeFile(config, withMachineSettings(text, order.machineSettings ?? {}, order.config));
    // A folder of its own: two flyctl at once would lose each other's lines in the one file of the user's.
    const options = { access, configFolder: folder, limitMilliseconds: (order.waitSeconds + 60) * 1000 };
    // flyctl asks new machines to wait for those secrets alone that it set itself. This makes it know all
    // (superfly/flyctl, internal/command/secrets/sync.go).
    await flyctl(["secrets", "sync", "--app", order.app], options);
    const deploy = (image: string): Promise<string> =>
      flyctl(
        [
          "deploy",
          ...["--config", config],
          ...["--app", order.app],
          ...["--image", image],
          ...["--strategy", order.strategy],
          ...(order.maxUnavailable === undefined ? [] : ["--max-unavailable", String(order.maxUnavailable)]),
          ...(order.onlyMachines ?? []).flatMap((id) => ["--only-machines", id]),
          ...["--wait-timeout", `${String(order.waitSeconds)}s`],
          "--ha=false",
          "--yes",
        ],
        options,
      );
    await whenFlyIsReady(order, () => byDigest(order.image, deploy));
  });
}

/**
 * Deploys an image by its pinned reference, which is the form that Fly's machines show. No public record shows how Fly
 * resolves it for `--image`; where it finds none the tag is used. The machines' digests are compared afterwards either way.
 */
async function byDigest(image: string, deploy: (image: string) => Promise<unknown>): Promise<void> {
  try {
    await deploy(image);
  } catch (error) {
    const { reference, digest } = unpinned(image);
    if (digest === undefined || !isImageMissing(error)) throw error;
    await deploy(reference);
  }
}

/** As flyctl prints it before it touches a machine (superfly/flyctl, internal/build/imgsrc/resolver.go). */
function isImageMissing(error: unknown): boolean {
  return /could not find image/i.test((error as Error).message);
}

/**
 * How long Fly may take to show a secrets version that it has given out, in milliseconds. A lease whose flyctl was killed lasts 13 s on
 * a machine that was there, and as long as a deployment may take on one that it has created (superfly/flyctl, internal/command/deploy).
 */
const readyWithin = 60_000;

/** Runs the deployment again while Fly rejects it for a reason that passes; flyctl has changed nothing then. */
async function whenFlyIsReady(
  { app, waitSeconds }: Pick<ReleaseOrder, "app" | "waitSeconds">,
  deploy: () => Promise<unknown>,
): Promise<void> {
  await waitUntil(
    { what: `Fly to take a deployment of ${app}`, limitMilliseconds: waitSeconds * 1000 + readyWithin },
    async () => {
      try {
        await deploy();
        return { done: undefined };
      } catch (error) {
        if (!isSecretsVersionMissing(error) && !isLeaseHeld(error)) throw error;
        return { pending: (error as Error).message };
      }
    },
  );
}

/** flyctl takes the leases of all machines before it changes one, and ends where one is held. */
function isLeaseHeld(error: unknown): boolean {
  return /failed to acquire leases/i.test((error as Error).message);
}
