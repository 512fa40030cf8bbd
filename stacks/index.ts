import * as pulumi from "@pulumi/pulumi";
import { findProject } from "@atlaris/infra/vercel/find-project";
import { readArtifacts } from "./artifacts.ts";
import { silenceDebugLog } from "./debug-log.ts";
import { declareEnvironment } from "./environment.ts";
import { readRelease } from "./release.ts";
import { loadOutside } from "./settings.ts";
import { countOf, unknownStack } from "./wording.ts";
import { userFault } from "./user-fault.ts";

/** The stacks of this project. */
const environments = {
  staging: {
    environment: "staging",
    configs: "staging",
    target: "preview",
    databaseSecret: "DATABASE_URL_STAGING",
  },
} as const;

/** A fault of the checkout is told without a stack trace: it is not one of the program. */
function ofUser<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw userFault((error as Error).message);
  }
}

async function program(): Promise<Record<string, pulumi.Input<unknown>>> {
  const stack = pulumi.getStack();
  const known = environments[stack as keyof typeof environments] as
    (typeof environments)["staging"] | undefined;
  if (!known) throw userFault(unknownStack(stack, Object.keys(environments)));
  const root = process.cwd();
  const outside = loadOutside(process.env, stack);
  const release = ofUser(() => readRelease(root));
  const { access, settings } = outside;
  const [artifacts, webProjectId] = await Promise.all([
    readArtifacts(root).catch((error: unknown) => {
      throw userFault(`the checkout cannot be built: ${(error as Error).message}`);
    }),
    findProject(access.vercel, settings.vercel.team, settings.vercel.project).catch((error: unknown) => {
      throw userFault((error as Error).message);
    }),
  ]);
  if (release.changed.length > 0)
    pulumi.log.warn(
      `the tree differs from its commit in ${countOf(release.changed.length, "file")}; this release is ${release.name}`,
    );
  return declareEnvironment({ ...known, outside, release, artifacts, webProjectId });
}

silenceDebugLog();

// Pulumi calls the entry module when that is a function: the way in which a CommonJS program may be asynchronous.
module.exports = program;
