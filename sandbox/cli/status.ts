import { homedir } from "node:os";
import type { ServerStatus, WireStatus } from "../cloud/server/control.ts";
import { readToolchain } from "../toolchain/prepare.ts";
import { UserError } from "../user-error.ts";
import { askClouds } from "./clouds.ts";
import { describeWire } from "./describe-wire.ts";
import { readFaults } from "./faults.ts";
import type { Sandbox } from "./sandbox.ts";
import { runningMonitoring } from "../monitoring/running.ts";
import { table } from "./table.ts";

/** What runs where, which tools are official, and the calls that no emulator knew. */
export async function status(sandbox: Sandbox, args: readonly string[]): Promise<number> {
  const [option, ...more] = args;
  if (more.length > 0 || (option !== undefined && option !== "--json"))
    throw new UserError(`bin/sandbox status takes --json or nothing, got ${args.join(" ")}.`, 2);
  const { home, tokens } = sandbox;
  const server = await askClouds(home, tokens);
  const toolchain = readToolchain(home);
  const answer: Answer = {
    home: home.folder,
    running: server !== undefined,
    pid: server?.pid,
    since: server?.since,
    clouds: server?.clouds ?? [],
    faults: server?.wire.faults ?? readFaults(home),
    calls: server?.wire.calls ?? {},
    unknownCalls: server?.wire.unknownCalls ?? [],
    refusedCalls: server?.wire.refusedCalls ?? [],
    checksAnswers: server?.wire.checksAnswers ?? false,
    wrongAnswers: server?.wire.wrongAnswers ?? [],
    undocumentedCalls: server?.wire.undocumentedCalls ?? [],
    seenCalls: server?.wire.seenCalls ?? [],
    engine: toolchain?.engine,
    plugins: toolchain?.plugins ?? [],
    flyctl: toolchain?.flyctl,
    monitoring: runningMonitoring(home),
  };
  process.stdout.write(option ? `${JSON.stringify(answer, undefined, 2)}\n` : describe(answer));
  return 0;
}

interface Answer extends WireStatus {
  readonly home: string;
  readonly running: boolean;
  readonly pid: number | undefined;
  readonly since: string | undefined;
  readonly clouds: ServerStatus["clouds"];
  readonly engine: NonNullable<ReturnType<typeof readToolchain>>["engine"] | undefined;
  readonly plugins: NonNullable<ReturnType<typeof readToolchain>>["plugins"];
  readonly flyctl: NonNullable<ReturnType<typeof readToolchain>>["flyctl"] | undefined;
  readonly monitoring: ReturnType<typeof runningMonitoring>;
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
  if (answer.monitoring)
    lines.push(
      "",
      `monitoring  Prometheus ${answer.monitoring.prometheus}, Alertmanager ${answer.monitoring.alertmanager} (process ${String(answer.monitoring.pid)})`,
    );
  if (answer.engine) lines.push("", `engine   ${answer.engine.origin}, ${short(answer.engine.executable)}`);
  if (answer.flyctl) {
    const { origin, version, path } = answer.flyctl;
    lines.push(`flyctl   ${[version, origin].filter(Boolean).join(" ")}, ${short(path)}`);
  }
  lines.push(
    ...table(
      answer.plugins.map(({ name, version, origin, path }) => ["plugin", name, version, origin, short(path)]),
    ),
  );
  lines.push(...describeWire(answer));
  return `${lines.join("\n")}\n`;
}

function short(path: string): string {
  return path.startsWith(`${homedir()}/`) ? `~${path.slice(homedir().length)}` : path;
}
