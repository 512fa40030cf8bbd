import { expect, it } from "vitest";
import type { Part } from "./parts.ts";
import { runParts } from "./run-parts.ts";
import { CheckView } from "./view.ts";

const part = (name: string, code: string): Part => ({ name, args: ["-e", code] });

async function check(parts: readonly Part[], isTTY = false): Promise<string> {
  let printed = "";
  const out = { isTTY, write: (text: Uint8Array | string) => (printed += String(text)) !== "" };
  // Where CI is set, colours would be on without a terminal as well.
  const view = new CheckView(out, isTTY ? { NO_COLOR: "1" } : { CI: "true" });
  view.finish(await runParts(parts, 2, view), 48.2);
  return printed.replaceAll(/\d+\.\d s/g, "N s");
}

it("prints each part's name, outcome and time, and how many passed", async () => {
  const printed = await check([part("first", ""), part("second", ""), part("third", "")]);
  for (const name of ["first", "second", "third"])
    expect(printed).toMatch(new RegExp(`^${name} +passed {2}N s$`, "m"));
  expect(printed).toMatch(/^check passed: 3 of 3 in 48 s\n$/m);
});

it("runs the other parts when one fails, and prints all that each failed one has printed", async () => {
  const printed = await check([
    part("broken", `console.log("x".repeat(200_000)); console.error("at the end"); process.exitCode = 1`),
    part("fine", ""),
    part("also-broken", "console.log('another fault'); process.exitCode = 2"),
  ]);
  expect(printed).toMatch(/^broken +failed {2}N s\n\nx{200000}\nat the end\n$/m);
  expect(printed).toMatch(/^fine +passed/m);
  expect(printed).toMatch(/^also-broken +failed {2}N s\n\nanother fault\n$/m);
  expect(printed).toMatch(
    /^check failed: (broken, also-broken|also-broken, broken); passed 1 of 3 in 48 s\n$/m,
  );
});

it("reports a part that was killed", async () => {
  const printed = await check([part("killed", "process.kill(process.pid, 'SIGKILL')")]);
  expect(printed).toMatch(/^killed was ended by SIGKILL$/m);
  expect(printed).toMatch(/^check failed: killed; passed 0 of 1/m);
});

it("shows what runs on one line of a terminal, and prints no such line elsewhere", async () => {
  const onTerminal = await check([part("only", "")], true);
  expect(onTerminal).toContain("running: only 0 s\r\u001b[K");
  const plain = await check([part("only", "")]);
  expect(plain).not.toContain("\u001b[K");
  expect(plain).toMatch(/^only +started$/m);
});
