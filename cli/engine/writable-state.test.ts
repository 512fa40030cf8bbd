import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskFullText } from "../disk-full.ts";
import { requireWritableState } from "./writable-state.ts";

const again = "bin/rollout up --stack staging";
let home: string;
let stacks: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "writable-state-"));
  stacks = join(home, ".pulumi", "stacks", "shop");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const look = (): void => requireWritableState("staging", { PULUMI_BACKEND_URL: `file://${home}` }, again);
const put = (): void => {
  mkdirSync(stacks, { recursive: true });
  writeFileSync(join(stacks, "staging.json"), "{}");
};
const errorOf = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return expect.fail("it passes");
};

function run(program: string, ...words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A file system of so many bytes can be made here: as root, and not in every container. */
function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), "mount-"));
  try {
    return run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place) && run("umount", place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

describe("the state of a stack", () => {
  it("is written for a try, and nothing of that is left", () => {
    put();
    look();
    expect(readdirSync(stacks)).toEqual(["staging.json"]);
  });

  it("is not looked at where there is none, or it is in another kind of backend", () => {
    look();
    requireWritableState("staging", { PULUMI_BACKEND_URL: "s3://bucket" }, again);
  });

  describe.skipIf(!canMount())("on a file system of its own", () => {
    beforeEach(() => {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", home]);
      put();
    });
    afterEach(() => execFileSync("umount", [home]));

    it("has no room: the folder is named, and the command", () => {
      writeFileSync(join(home, "full"), Buffer.alloc(3_500_000, 1));
      const text = diskFullText(errorOf(look), "/checkout", again);
      expect(text).toMatch(
        new RegExp(
          `^No space was left on the disk of ${stacks}: it has 0 MB free now, .* then run again: ${again}$`,
        ),
      );
      expect(readdirSync(stacks)).toEqual(["staging.json"]);
    });

    it("is on one that cannot be written: the command that is printed repairs it", () => {
      execFileSync("mount", ["-o", "remount,ro", home]);
      const { message } = errorOf(look) as Error;
      expect(message).toBe(
        `The state of staging cannot be written, so nothing was started. Expected: a folder that this user may write, ${stacks}. ` +
          `Found: EROFS: read-only file system. Mount it so that it can be written: mount -o remount,rw '${home}', then: ${again}`,
      );
      const [, command = ""] = /: (mount .*'), then:/.exec(message) ?? [];
      execFileSync("sh", ["-c", command]);
      look();
    });
  });
});
