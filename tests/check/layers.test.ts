import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { chooseParts } from "./parts.ts";

const checkout = join(import.meta.dirname, "..", "..");
let folder: string;

/** A checkout with the folders, the rules and the packages of this one, and no code. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layers-"));
  for (const each of ["infra", "stacks", "cli", "src", "sandbox"]) write(join(each, "empty.ts"), "");
  for (const each of ["tsconfig.json", join("infra", "package.json"), join("tests", "check", "layers.mjs")])
    cpSync(join(checkout, each), join(folder, each), { recursive: true });
  mkdirSync(join(folder, "node_modules", "@rollout"), { recursive: true });
  symlinkSync(join(folder, "infra"), join(folder, "node_modules", "@rollout", "infra"));
  const cruiser = join("node_modules", "dependency-cruiser");
  symlinkSync(join(checkout, cruiser), join(folder, cruiser));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** What `npm run check -- layers` finds there, without colours and without the hints below each line. */
function check(): { readonly status: number | null; readonly found: readonly string[] } {
  const [{ args } = { args: [] }] = chooseParts(["layers"]);
  const environment = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: environment,
  });
  const found = [...stdout.matchAll(/^ *error (\S+): (\S+)/gm)].map(
    ([, rule = "", file = ""]) => `${rule} ${file}`,
  );
  return { status, found: found.sort() };
}

it("passes where imports run down", () => {
  write("infra/shared/call.ts", "export interface Call { readonly path: string }\n");
  write(
    "infra/fly/client.ts",
    'import type { Call } from "../shared/call.ts";\nexport const calls: Call[] = [];\n',
  );
  write(
    "stacks/index.ts",
    'import { calls } from "@rollout/infra/fly/client";\nexport const count = calls.length;\n',
  );
  write("cli/main.ts", 'import { count } from "../stacks/index.ts";\nexport const twice = count * 2;\n');
  expect(check()).toEqual({ status: 0, found: [] });
});

it("fails where two files import each other, also when one takes only a type", () => {
  write(
    "infra/fly/one.ts",
    'import type { Two } from "./two.ts";\nexport const one = (two: Two): string => two.name;\n',
  );
  write(
    "infra/fly/two.ts",
    'import { one } from "./one.ts";\nexport interface Two { readonly name: string }\nexport const text = one({ name: "a" });\n',
  );
  const { status, found } = check();
  expect(status).not.toBe(0);
  expect(found).toContainEqual(expect.stringMatching(/^no-circle infra\/fly\/(one|two)\.ts$/));
});

it("fails where an import runs up, by a path or by the name of the package", () => {
  write(
    "infra/fly/worker.ts",
    'import type { Step } from "../rollout/step.ts";\nexport type Worker = Step;\n',
  );
  write(
    "infra/rollout/step.ts",
    'import type { View } from "../../cli/view.ts";\nexport type Step = View;\n',
  );
  write(
    "infra/neon/branch.ts",
    'import type { App } from "@rollout/infra/fly/app";\nexport type Branch = App;\n',
  );
  write("infra/fly/app.ts", "export interface App { readonly name: string }\n");
  write("cli/view.ts", 'import { log } from "@rollout/infra/engine/log";\nexport type View = typeof log;\n');
  write("infra/engine/log.ts", 'export const log = "";\n');
  write("sandbox/cloud.ts", 'import { log } from "@rollout/infra/engine/log";\nexport const cloud = log;\n');
  write("src/app.ts", 'import { log } from "../stacks/none.ts";\nexport const app = log;\n');
  const { status, found } = check();
  expect(status).not.toBe(0);
  expect(found).toEqual([
    "clouds-apart infra/neon/branch.ts",
    "clouds-not-up infra/fly/worker.ts",
    "engine-by-its-door cli/view.ts",
    "infra-alone infra/rollout/step.ts",
    "resolves src/app.ts",
    "sandbox-alone sandbox/cloud.ts",
  ]);
});
