import { anotherFailed } from "../../dynamic/given-up.ts";
import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { flyctl } from "../flyctl.ts";
import { imageDigest, pushedImageDigest } from "../registry.ts";

/** How long Fly may take to show an image that was pushed, in milliseconds: twice what was seen. */
const visibleWithin = 120_000;

export interface ImageInputs {
  /** App whose registry holds the image; every app of the same organization can run it. */
  readonly app: string;
  /** Path of that app's fly.*.toml, from the project's folder. */
  readonly config: string;
  /** Path of the Dockerfile, from the project's folder. */
  readonly dockerfile: string;
  /** The image's tag, made of a digest of everything that goes into it. */
  readonly label: string;
  /** Limit for a build. */
  readonly waitSeconds: number;
  /** Command that builds it, where another stack does: then it is never built here. */
  readonly builtBy?: string;
}

export interface ImageOutputs extends ImageInputs {
  /** `registry.fly.io/<app>:<label>` */
  readonly reference: string;
  /** Digest of the image that the registry holds under that name. */
  readonly imageDigest: string;
}

/**
 * An image that is named by its content. The registry is asked first: what it holds is not built again, so going back
 * to a release builds nothing, nor does a create whose answer was lost.
 */
export const provider: ProviderModule<ImageInputs, ImageOutputs> = {
  replaceOn: ["app", "label"],

  differs: (olds, news) => olds.app !== news.app || olds.label !== news.label,

  async create(news, context) {
    const known = await imageDigest(context.access.fly, news.app, referenceOf(news));
    const outputs = resolved(news, known ?? (await build(news, context)));
    return { id: outputs.reference, outputs };
  },

  async read(_id, olds, { access }) {
    const seen = await imageDigest(access.fly, olds.app, referenceOf(olds));
    if (seen === undefined) return undefined;
    return {
      outputs: olds,
      changedOutOfBand: seen === olds.imageDigest ? [] : ["the registry holds another image under its name"],
    };
  },

  async update(_id, _olds, news, context) {
    return resolved(news, await build(news, context));
  },

  // Images go with their app.
};

function referenceOf({ app, label }: ImageInputs): string {
  return `registry.fly.io/${app}:${label}`;
}

function resolved(news: ImageInputs, digest: string): ImageOutputs {
  return { ...news, reference: referenceOf(news), imageDigest: digest };
}

async function build(news: ImageInputs, { access }: ProviderContext): Promise<string> {
  if (news.builtBy !== undefined)
    throw new Error(`Fly's registry does not hold ${referenceOf(news)}. It is built by: ${news.builtBy}`);
  const { app, config, dockerfile, label, waitSeconds } = news;
  await flyctl(
    [
      ...["deploy", "--build-only", "--push"],
      ...["--config", config],
      ...["--dockerfile", dockerfile],
      ...["--app", app],
      ...["--image-label", label],
    ],
    { access: access.fly, limitMilliseconds: waitSeconds * 1000, signal: anotherFailed },
  );
  return pushedImageDigest(access.fly, app, referenceOf(news), {
    limitMilliseconds: visibleWithin,
    signal: anotherFailed,
  });
}
