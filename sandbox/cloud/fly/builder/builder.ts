import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { randomUUID } from "node:crypto";
import * as tar from "tar";
import type { EmulatorContext } from "../../emulator.ts";
import type { Store } from "../../store.ts";
import type { FlyState, Image } from "../state.ts";
import { buildImage, type BuildFolders, type Progress, rootfsOf } from "./build.ts";
import { openConfinement } from "./confinement.ts";
import { contentDigest, sha256 } from "./content-digest.ts";
import { deleteTree } from "./delete-tree.ts";
import { pruneLayers } from "./layers.ts";
import { makeRunCommand } from "./run-command.ts";

export interface BuildOrder {
  readonly app: string;
  /** `registry.fly.io/<app>:<label>`. */
  readonly tag: string;
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly target: string | undefined;
  /** A tar.gz on disk; deleted afterwards. */
  readonly archive: string;
}

/** Fly's remote builder and registry. */
export interface Builder {
  /** Once no caller waits for a build any more (`left` of each that asked for it is aborted) it ends, as BuildKit's do. */
  build(order: BuildOrder, progress: Progress, left: AbortSignal): Promise<Image>;
  /** Where an image's files are; undefined when the registry has no such image. */
  rootfs(digest: string): string | undefined;
  /** The digest that an image reference names: by `@sha256:…`, else by its tag. */
  resolve(reference: string): string | undefined;
  /** A path for an upload, gone after the next start of the clouds at the latest. */
  uploadFile(): string;
}

interface UnderWay {
  readonly image: Promise<Image>;
  waiting: number;
  readonly abandoned: AbortController;
}

async function waitFor(building: UnderWay, left: AbortSignal): Promise<Image> {
  building.waiting += 1;
  const leave = (): void => {
    building.waiting -= 1;
    if (building.waiting === 0)
      building.abandoned.abort(new Error("no client waits for this build any more"));
  };
  if (left.aborted) leave();
  else left.addEventListener("abort", leave, { once: true });
  try {
    return await building.image;
  } finally {
    left.removeEventListener("abort", leave);
  }
}

export async function openBuilder(context: EmulatorContext, store: Store<FlyState>): Promise<Builder> {
  const folders: BuildFolders = {
    layers: join(context.dataFolder, "layers"),
    sharedLayers: context.sharedLayers,
    images: join(context.dataFolder, "images"),
    work: join(context.dataFolder, "work"),
  };
  const home = join(context.dataFolder, "builder-home");
  await deleteTree(folders.work);
  for (const folder of [folders.layers, folders.images, folders.work, home])
    await mkdir(folder, { recursive: true });
  let confinement: ReturnType<typeof openConfinement> | undefined;
  const runCommand = makeRunCommand({
    ...{ processes: context.processes, home },
    // With the first RUN, since most commands of a sandbox build nothing.
    confinement: () => (confinement ??= openConfinement(join(folders.work, "confinement"))),
  });
  const underWay = new Map<string, UnderWay>();
  const { state } = store;

  const build = async (
    key: string,
    order: BuildOrder,
    folder: string,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Image> => {
    const known = state.images[state.builds[key] ?? ""];
    if (known && existsSync(rootfsOf(folders, known.digest))) {
      progress("the same Dockerfile, arguments and context were built before (cached)");
      return known;
    }
    const built = await buildImage(
      {
        dockerfile: order.dockerfile,
        buildArgs: order.buildArgs,
        target: order.target,
        contextFolder: folder,
      },
      folders,
      runCommand,
      progress,
      signal,
    );
    const image = (state.images[built.digest] ??= { ...built, createdAt: new Date().toISOString() });
    state.builds[key] = image.digest;
    await pruneLayers(folders.layers);
    return image;
  };

  return {
    build: async (order, report, left) => {
      const folder = join(folders.work, randomUUID());
      const log = createWriteStream(context.processes.logFile(`fly-build-${order.app}`), { flags: "a" });
      const progress: Progress = (line) => {
        log.write(`${line}\n`);
        report(line);
      };
      progress(`building ${order.tag}`);
      try {
        await mkdir(folder);
        await pipeline(createReadStream(order.archive), tar.x({ cwd: folder, strict: true }));
        const args = JSON.stringify(Object.entries(order.buildArgs).sort());
        const key = sha256(
          ...[process.version, order.dockerfile, args, order.target ?? ""],
          await contentDigest(folder),
        );
        // Two deploys of one commit ask for the same image at the same time: the second waits for the first.
        let building = underWay.get(key);
        if (building) progress("waiting for the same build, which is under way");
        else {
          const abandoned = new AbortController();
          const image = build(key, order, folder, progress, abandoned.signal);
          const begun: UnderWay = { image, waiting: 0, abandoned };
          const forget = (): void => {
            if (underWay.get(key) === begun) underWay.delete(key);
          };
          // Who asks while it still ends must not share its end.
          abandoned.signal.addEventListener("abort", forget);
          void image.then(forget, forget);
          underWay.set(key, begun);
          building = begun;
        }
        const image = await waitFor(building, left);
        state.tags[order.tag] = image.digest;
        await store.commit();
        return image;
      } catch (error) {
        log.write(`failed: ${(error as Error).message}\n`);
        throw error;
      } finally {
        log.end();
        await rm(folder, { recursive: true, force: true });
        await rm(order.archive, { force: true });
      }
    },
    rootfs: (digest) => {
      const folder = rootfsOf(folders, digest);
      return existsSync(folder) ? folder : undefined;
    },
    resolve: (reference) => {
      const [tag, digest] = reference.split("@");
      const found = digest ?? state.tags[tag ?? ""];
      return found !== undefined && state.images[found] ? found : undefined;
    },
    uploadFile: () => join(folders.work, `${randomUUID()}.tar.gz`),
  };
}
