import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { packContext } from "./build-context.ts";
import type { Cloud } from "./cloud.ts";
import { CommandError, Interrupted } from "./command-error.ts";
import { readIgnoreFile } from "./docker-ignore.ts";

export interface BuildWish {
  readonly app: string;
  readonly label: string;
  readonly dockerfile: string;
  readonly contextFolder: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** The Dockerfile's stage that becomes the image; the last one where it is absent. */
  readonly target: string | undefined;
  /** In the place of `.dockerignore`. */
  readonly ignoreFile: string | undefined;
  readonly signal: AbortSignal;
}

export interface DeploymentImage {
  readonly ref: string;
  readonly size: number;
}

const limitMilliseconds = 1_800_000;

/**
 * Has the cloud build an image of this folder. The real flyctl speaks BuildKit's protocol to a builder machine; the one
 * call here, `POST /sandbox/builds`, is the sandbox's own and the only one that the real cloud does not have.
 */
export async function buildImage(cloud: Cloud, wish: BuildWish): Promise<DeploymentImage> {
  if (!existsSync(wish.dockerfile)) throw new CommandError(`Dockerfile not found: ${wish.dockerfile}`);
  if (wish.ignoreFile !== undefined && !existsSync(wish.ignoreFile))
    throw new CommandError(`ignore file not found: ${wish.ignoreFile}`);
  const ignoreFile =
    wish.ignoreFile ??
    [`${wish.dockerfile}.dockerignore`, join(wish.contextFolder, ".dockerignore")].find((file) =>
      existsSync(file),
    );
  const ignored = readIgnoreFile(ignoreFile === undefined ? "" : readFileSync(ignoreFile, "utf8"));
  const { files, archive } = await packContext(wish.contextFolder, ignored);
  const form = new FormData();
  form.set(
    "order",
    JSON.stringify({
      app: wish.app,
      label: wish.label,
      dockerfile: readFileSync(wish.dockerfile, "utf8"),
      build_args: wish.buildArgs,
      target: wish.target,
    }),
  );
  form.set("context", new Blob([archive]), "context.tar.gz");
  console.error(`--> Sent a build context of ${files.length} files`);

  try {
    const response = await cloud.raw("/sandbox/builds", {
      method: "POST",
      body: form,
      signal: AbortSignal.any([wish.signal, AbortSignal.timeout(limitMilliseconds)]),
    });
    if (!response.ok || !response.body)
      throw new CommandError(
        `the builder answered ${response.status}: ${(await response.text()).slice(0, 500)}`,
      );
    return await readProgress(response.body as ReadableStream<Uint8Array>);
  } catch (error) {
    if (wish.signal.aborted) throw new Interrupted();
    if (error instanceof CommandError) throw error;
    throw new CommandError(`the connection to the builder broke: ${(error as Error).message}`);
  }
}

async function readProgress(body: ReadableStream<Uint8Array>): Promise<DeploymentImage> {
  for await (const line of createInterface({ input: Readable.fromWeb(body) })) {
    const step = JSON.parse(line) as { log?: string; image?: DeploymentImage; error?: string };
    if (step.log !== undefined) console.error(`#  ${step.log}`);
    if (step.error !== undefined) throw new CommandError(`failed to solve: ${step.error}`);
    if (step.image !== undefined) return step.image;
  }
  throw new CommandError("the builder ended its answer without an image");
}
