import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { engineCache } from "../../sandbox/toolchain/engine.ts";
import { prepareBundles } from "../../sandbox/toolchain/bundles.ts";

/** The sandbox's flyctl on the PATH of this process, for worlds that are distinguished by their tokens. */
export interface Flyctl {
  serve(token: string, address: string): void;
  /** Kills those that run with the token. */
  kill(token: string): void;
  forget(token: string): void;
}

/** @param folder of the campaign's own. */
export async function prepareFlyctl(checkout: string, folder: string): Promise<Flyctl> {
  const [programs, path, worlds] = ["programs", "path", "worlds"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [programs, path, worlds]) mkdirSync(each, { recursive: true });
  await prepareBundles(checkout, programs, engineCache(process.env));
  const program = join(path, "flyctl");
  writeFileSync(
    program,
    [
      "#!/bin/sh",
      `world='${worlds}'/"$FLY_ACCESS_TOKEN"`,
      'echo $$ >> "$world.pids"',
      'address=$(cat "$world") || exit 1',
      'export FLY_FLAPS_BASE_URL="$address" FLY_API_BASE_URL="$address" FLY_UIEX_BASE_URL="$address" FLY_METRICS_BASE_URL="$address"',
      `exec '${join(programs, "flyctl")}' "$@"`,
      "",
    ].join("\n"),
  );
  chmodSync(program, 0o700);
  process.env["PATH"] = `${path}${delimiter}${process.env["PATH"] ?? ""}`;
  const pids = (token: string): string => join(worlds, `${token}.pids`);
  return {
    serve: (token, address) => writeFileSync(join(worlds, token), address, { mode: 0o600 }),
    kill: (token) => {
      if (!existsSync(pids(token))) return;
      for (const pid of readFileSync(pids(token), "utf8").split("\n").filter(Boolean))
        try {
          process.kill(Number(pid), "SIGKILL");
        } catch {
          // It has ended.
        }
      rmSync(pids(token));
    },
    forget: (token) => {
      for (const file of [join(worlds, token), pids(token)]) rmSync(file, { force: true });
    },
  };
}
