import { homedir } from "node:os";
import { readToolchain } from "../toolchain/prepare.ts";
import { UserError } from "../user-error.ts";
import { askClouds } from "./clouds.ts";
import type { Sandbox } from "./sandbox.ts";

/** What runs where, which plugins are official, and the calls that no stand-in knew. */
export async function status(sandbox: Sandbox, args: readonly string[]): Promise<number> {
  const [option, ...more] = args;
  if (more.length > 0 || (option !== undefined && option !== "--json"))
    throw new UserError(`bin/sandbox status takes --json or nothing, got ${args.join(" ")}.`, 2);
  const { home, tokens } = sandbox;
  const server = await askClouds(home, tokens);
  const toolchain = readToolchain(home);
  const answer = {
    home: home.folder,
    running: server !== undefined,
    pid: server?.pid,
    since: server?.since,
    clouds: server?.clouds ?? [],
    unknownCalls: server?.unknownCalls ?? [],
    engine: toolchain?.engine,
    plugins: toolchain?.plugins ?? [],
  };
  process.stdout.write(option ? `${JSON.stringify(answer, undefined, 2)}\n` : describe(answer));
  return 0;
}

interface Answer {
  readonly home: string;
  readonly running: boolean;
  readonly pid: number | undefined;
  readonly since: string | undefined;
  readonly clouds: NonNullable<Awaited<ReturnType<typeof askClouds>>>["clouds"];
  readonly unknownCalls: NonNullable<Awaited<ReturnType<typeof askClouds>>>["unknownCalls"];
  readonly engine: NonNullable<ReturnType<typeof readToolchain>>["engine"] | undefined;
  readonly plugins: NonNullable<ReturnType<typeof readToolchain>>["plugins"];
}

function describe(answer: Answer): string {
  const lines = [
    answer.running
      ? `The clouds run since ${String(answer.since)} (process ${String(answer.pid)}, ${short(answer.home)})`
      : `The clouds do not run (${short(answer.home)}). Any command starts them: bin/sandbox pulumi …`,
  ];
  for (const { name, address, running } of answer.clouds) {
    lines.push("", `${name.padEnd(8)} ${address}`);
    const rows = running.map((each) => [
      each.what,
      each.state,
      each.address ?? "",
      each.release ?? "",
      each.since ?? "",
    ]);
    lines.push(...table(rows).map((row) => `  ${row}`));
  }
  if (answer.engine) lines.push("", `engine   ${answer.engine.origin}, ${short(answer.engine.executable)}`);
  lines.push(
    ...table(
      answer.plugins.map(({ name, version, origin, path }) => ["plugin", name, version, origin, short(path)]),
    ),
  );
  if (answer.unknownCalls.length > 0)
    lines.push(
      "",
      "Calls that no stand-in knew:",
      ...answer.unknownCalls.map(
        ({ cloud, method, path, count }) => `  ${count} × ${cloud} ${method} ${path}`,
      ),
    );
  return `${lines.join("\n")}\n`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function short(path: string): string {
  return path.startsWith(`${homedir()}/`) ? `~${path.slice(homedir().length)}` : path;
}
