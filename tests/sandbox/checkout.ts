import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { makeNumbered } from "../run/make-numbered.ts";
import { keepPackages, linkPackages } from "./checkout-packages.ts";
import { useToolSettings } from "./tool-settings.ts";

const project = join(import.meta.dirname, "..", "..");

/** A clone of this project that a test can commit to, apart from everything else on the machine. */
export interface Checkout {
  readonly root: string;
  /** Replaces one piece of text, which must be there, in a file. */
  edit(file: string, before: string, after: string): void;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Commits everything in the checkout's folder and returns the commit. */
  commit(message: string): string;
  git(...args: readonly string[]): string;
  remove(): void;
}

/**
 * Copies the files of the working tree, without what git ignores, into a repository of their own, with the settings that
 * the tool's tests expect.
 */
export function makeCheckout(root = makeNumbered(tmpdir(), "atlaris-checkout-")): Checkout {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: project,
    encoding: "utf8",
  });
  for (const file of files.split("\0").filter((name) => name && existsSync(join(project, name))))
    cpSync(join(project, file), join(root, file));
  useToolSettings(root);
  linkPackages(root);
  const checkout = openCheckout(root);
  checkout.git("init", "--quiet", "--initial-branch", "main");
  checkout.commit("Begin");
  return checkout;
}

/** A copy of a checkout that was made here: the same commits in another folder. */
export function copyCheckout(from: string, root = makeNumbered(tmpdir(), "atlaris-checkout-")): Checkout {
  copySources(from, root);
  linkPackages(root);
  return openCheckout(root);
}

/** What a later `copyCheckout` needs of a checkout: all of it without the installed packages. */
export function copySources(from: string, root: string): void {
  for (const name of readdirSync(from).filter((name) => name !== "node_modules"))
    cpSync(join(from, name), join(root, name), {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => basename(path) !== "node_modules",
    });
}

function openCheckout(root: string): Checkout {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...args], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  return {
    root,
    git,
    commit: (message) => {
      git("add", "--all", ".");
      git("commit", "--quiet", "--message", message);
      return git("rev-parse", "HEAD");
    },
    edit: (file, before, after) => {
      const text = readFileSync(join(root, file), "utf8");
      if (!text.includes(before)) throw new Error(`${file} does not hold: ${before}`);
      writeFileSync(join(root, file), text.replace(before, after));
    },
    read: (file) => readFileSync(join(root, file), "utf8"),
    write: (file, text) => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
    remove: () => {
      keepPackages(root);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
