import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokenStateAdvice } from "./broken-state.ts";

const cutOff = "error: failed to load checkpoint: place 1: unexpected end of JSON input";
const state = JSON.stringify({
  version: 3,
  checkpoint: { latest: { manifest: { time: "2026-03-01T12:00:00Z" }, resources: [] } },
});
let home: string;
let stacks: string;
const put = (name: string, text: string): string => {
  const file = join(stacks, name);
  writeFileSync(file, text);
  return file;
};
const adviceAt = (url: string): string | undefined =>
  brokenStateAdvice("staging", cutOff, { PULUMI_BACKEND_URL: url, PULUMI_HOME: home });

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "broken-state-"));
  stacks = join(home, ".pulumi", "stacks", "shop");
  mkdirSync(stacks, { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe("a state that is cut off", () => {
  it.each([
    ["half of it", state.slice(0, 40)],
    ["nothing", ""],
  ])("has %s left: the complete copy is named, with the command that restores it", (_name, left) => {
    const file = put("staging.json", left);
    put("staging.json.bak", state);
    put("prod.json", state);
    expect(adviceAt(`file://${home}`)).toBe(
      `The state ${file} is cut off or damaged, as after a disk that was full; ${file}.bak is complete, of 2026-03-01T12:00:00Z. ` +
        `With room on the disk: cp '${file}.bak' '${file}' && rm -f '${file}.attrs' && bin/rollout up --stack staging --refresh`,
    );
    // The same by its full name, and where `pulumi login` chose the backend.
    writeFileSync(join(home, "credentials.json"), JSON.stringify({ current: `file://${home}` }));
    expect(adviceAt("")).toContain(`cp '${file}.bak' '${file}'`);
    const ofFullName = brokenStateAdvice("organization/shop/staging", cutOff, { PULUMI_HOME: home });
    expect(ofFullName).toContain(`&& bin/rollout up --stack organization/shop/staging --refresh`);
  });

  it("has a copy that is not complete either: no command is named that would not help", () => {
    const file = put("staging.json", "{");
    put("staging.json.bak", "{");
    expect(adviceAt(`file://${home}`)).toBe(
      `The state ${file} is cut off or damaged, and ${file}.bak is not complete either. ` +
        `Restore it from your own copy of ${join(home, ".pulumi", "stacks")}`,
    );
  });

  it("has a copy that is cut off as well: the newest complete one of the engine's history is named", () => {
    const file = put("staging.json", "{");
    put("staging.json.bak", "{");
    const history = join(home, ".pulumi", "history", "shop", "staging");
    mkdirSync(history, { recursive: true });
    for (const [time, text] of [
      ["1", state],
      ["2", state],
      ["3", "{"],
    ] as const)
      writeFileSync(join(history, `staging-${time}.checkpoint.json`), text);
    const copy = join(history, "staging-2.checkpoint.json");
    expect(adviceAt(`file://${home}`)).toContain(
      `${copy} is complete, of 2026-03-01T12:00:00Z. With room on the disk: cp '${copy}' '${file}' && rm`,
    );
  });

  it("lies in an object store: the name of the copy there is given", () => {
    expect(adviceAt("s3://bucket")).toBe(
      "The state of staging is damaged. An object store keeps the one from before the last step as " +
        ".pulumi/stacks/PROJECT/staging.json.bak: copy it over staging.json there, then bin/rollout up --stack staging --refresh",
    );
  });

  it("is complete, and the attributes next to it are cut off, as a kill -9 was seen to leave them", () => {
    const file = put("staging.json", state);
    const attributes = put("staging.json.attrs", "");
    const failed = "error: failed to load checkpoint: EOF";
    expect(brokenStateAdvice("staging", failed, { PULUMI_BACKEND_URL: `file://${home}` })).toBe(
      `The state ${file} is complete; its attributes in ${attributes} are cut off, as after a kill, and not needed: ` +
        `rm '${attributes}' && bin/rollout up --stack staging --refresh`,
    );
  });

  it("is not meant by any other failure, nor where the state is complete", () => {
    expect(brokenStateAdvice("staging", "error: no stack named 'x' found", {})).toBeUndefined();
    put("staging.json", state);
    put("staging.json.attrs", '{"user.cache_control":""}');
    expect(adviceAt(`file://${home}`)).toBeUndefined();
  });
});
