import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockFaults } from "./lock-file.ts";

const integrity = `sha512-${"a".repeat(86)}==`;
const lock = (found: object, path = "node_modules/pg"): object => ({
  lockfileVersion: 3,
  packages: { "": {}, src: {}, [path]: found },
});

describe("the lock file", () => {
  it("has a digest of every package, and no source but the registry", () => {
    const file = join(import.meta.dirname, "..", "..", "package-lock.json");
    const own = JSON.parse(readFileSync(file, "utf8")) as Parameters<typeof lockFaults>[0];
    expect(Object.keys(own.packages ?? {}).length).toBeGreaterThan(400);
    expect(lockFaults(own)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["a package without a digest", lock({ version: "1.0.0" }), "expected a SHA-512 digest, found none"],
    ["one with a weak digest", lock({ integrity: "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }), "found sha1-"],
    [
      "one from another host",
      lock({ integrity, resolved: "https://registry.npmjs.org.example/pg.tgz" }),
      "expected it from https://registry.npmjs.org/, found https://registry.npmjs.org.example/pg.tgz",
    ],
    ["one from Git", lock({ integrity, resolved: "git+ssh://git@github.com/o/r.git#1" }), "found git+ssh:"],
    ["a link out of the repository", lock({ link: true, resolved: "../other" }), "links to ../other"],
    ["a lock file of an old form", { lockfileVersion: 1 }, "expected a lock file of version 3, found 1"],
  ])("is refused with %s", (_name, content, fault) => {
    expect(lockFaults(content).join("\n")).toContain(fault);
  });

  it("may have packages of the registry, and folders of the repository", () => {
    const resolved = "https://registry.npmjs.org/pg/-/pg-8.0.0.tgz";
    expect(lockFaults(lock({ integrity, resolved }))).toEqual([]);
    expect(lockFaults(lock({ link: true, resolved: "infra" }, "node_modules/@rollout/infra"))).toEqual([]);
  });
});
