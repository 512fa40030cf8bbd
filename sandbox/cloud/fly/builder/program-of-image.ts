import { isAbsolute, join } from "node:path";
import { isExecutable } from "../../../toolchain/engine-on-path.ts";
import type { ImageConfig } from "../state.ts";
import { searchPath } from "./run-environment.ts";

/** Why a command of an image cannot start; undefined for one whose program is in the image or on this machine. */
export function missingProgram(
  words: readonly string[],
  { workdir, env }: Pick<ImageConfig, "workdir" | "env">,
  rootfs: string,
): string | undefined {
  const [program] = words;
  if (program === undefined) return undefined;
  const files = isAbsolute(program)
    ? [join(rootfs, program), program]
    : program.includes("/")
      ? [join(rootfs, workdir, program)]
      : searchPath(env["PATH"] ?? "", rootfs)
          .split(":")
          .map((folder) => join(folder, program));
  if (files.some(isExecutable)) return undefined;
  return (
    `names ${program}, which is neither in the image nor on this machine, whose programs stand for those of the base image. ` +
    "Install it by a RUN, or name another program"
  );
}
