import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingProgram } from "./program-of-image.ts";

const rootfs = mkdtempSync(join(tmpdir(), "atlaris-program-"));
beforeAll(() => {
  for (const folder of ["opt/bin", "app"]) mkdirSync(join(rootfs, folder), { recursive: true });
  writeFileSync(join(rootfs, "opt/bin/tini"), "", { mode: 0o755 });
  writeFileSync(join(rootfs, "app/start.sh"), "", { mode: 0o755 });
  writeFileSync(join(rootfs, "app/data.txt"), "", { mode: 0o644 });
});
afterAll(() => {
  rmSync(rootfs, { recursive: true });
});

describe("the program of an image's command", () => {
  const config = { workdir: "/app", env: { PATH: "/opt/bin:/usr/bin:/bin" } };

  it.each(["node", "tini", "sh", "/opt/bin/tini", "/bin/sh", "./start.sh"])(
    "is found in the image or on this machine: %s",
    (program) => {
      expect(missingProgram([program], config, rootfs)).toBeUndefined();
    },
  );

  it.each(["dumb-init-of-nobody", "/opt/bin/none", "./none.sh", "./data.txt"])(
    "is named where it is missing: %s",
    (program) => {
      expect(missingProgram([program, "--"], config, rootfs)).toContain(
        `names ${program}, which is neither in the image nor on this machine`,
      );
    },
  );
});
