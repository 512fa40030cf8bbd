import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configOf } from "./composition.ts";
import { kindOf } from "../environments.ts";
import { checkDockerfile, checkFlyFiles } from "./fly-files.ts";
import type { Settings } from "../settings/schema.ts";
import { shopFolder, shopSettings } from "../settings/test-application.ts";

const staging = shopSettings("staging");
const kind = kindOf("staging") ?? expect.fail("no stack staging");
type Worker = "worker" | "mailer";

/** Checks staging's files, one of them changed, against its settings of Fly with those given. */
function check(
  fly: Partial<Settings["fly"]>,
  changed?: Worker,
  before: string | RegExp = "",
  after = "",
): void {
  const release = (worker: Worker): { source: string; commit: string; image: string; config: string } => {
    const text = readFileSync(join(shopFolder, configOf(kind, worker)), "utf8");
    const shown = worker === changed ? text.replace(before, after) : text;
    return { source: "s", commit: "c", image: "i", config: shown };
  };
  const workers = { worker: release("worker"), mailer: release("mailer") };
  checkFlyFiles({ workers }, kind, { ...staging, fly: { ...staging.fly, ...fly } });
}

describe("the fly.*.toml of an environment", () => {
  it.each(["immediate", "rolling", "canary", "bluegreen"] as const)("goes with %s", (strategy) => {
    expect(() => {
      check({ strategy });
    }).not.toThrow();
  });

  it.each(["immediate", "rolling", "canary", "bluegreen"] as const)(
    "needs a health check for %s, which the message names with its file and the remedy",
    (strategy) => {
      expect(() => {
        check({ strategy }, "mailer", /^\[checks\.health\][^]*?(?=^\[metrics)/m, "");
      }).toThrow(
        /^fly\.staging\.mailer\.toml: expected a health check like \[checks\.health\], found none: .* Add one, for example with/,
      );
    },
  );

  it("needs no line that a setting takes the place of", () => {
    const machines = { ...staging.fly.machines, worker: { count: 1, size: { memoryMb: 512 } } };
    expect(() => {
      check({ machines }, "worker", /^memory = .*$/m);
    }).not.toThrow();
  });

  it("names the second process group, which would lose its machines in each rollout", () => {
    const groups = '[processes]\ntidier = "node worker.mjs"';
    expect(() => {
      check({}, "worker", "[processes]", groups);
    }).toThrow("fly.staging.worker.toml: expected one process group, since the machines of an app");
  });

  it("gives the one image of both workers the same build", () => {
    const args = '[build.args]\nFLAVOUR = "two"\n\n[env]';
    expect(() => {
      check({}, "mailer", "[env]", args);
    }).toThrow("fly.staging.mailer.toml: expected the [build] of fly.staging.worker.toml");
  });
});

describe("the workers' Dockerfile", () => {
  const checkRecipe = (lines: string, build = ""): void => {
    const root = mkdtempSync(join(tmpdir(), "shop-dockerfile-"));
    try {
      writeFileSync(join(root, "Dockerfile.worker"), lines);
      const worker = { source: "", commit: "", image: "", config: build };
      checkDockerfile({ workers: { worker } }, kind, staging, root);
    } finally {
      rmSync(root, { recursive: true });
    }
  };
  const recipe =
    'FROM node:24 AS schema\nCMD ["npx", "prisma", "db", "push"]\nFROM node:24 AS run\nCMD ["node", "w.mjs"]\n';

  it("changes no database when it starts, in the stage that becomes the image", () => {
    expect(() => {
      checkRecipe(recipe);
    }).not.toThrow();
    expect(() => {
      checkRecipe(recipe, '[build]\nbuild-target = "schema"');
    }).toThrow(
      'Dockerfile.worker: CMD ["npx", "prisma", "db", "push"]: it would change the database past the lint',
    );
  });

  it("has the stage that the fly.*.toml names", () => {
    expect(() => {
      checkRecipe(recipe, '[build]\nbuild-target = "runner"');
    }).toThrow("expected a stage runner, which build-target of the fly.*.toml names, found schema, run");
  });
});
