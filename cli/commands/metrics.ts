import { performance } from "node:perf_hooks";
import { explained } from "@rollout/infra/dynamic/explain-error";
import { watchingCalls } from "@rollout/infra/shared/cloud-calls";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { countInterrupts } from "../interrupts.ts";
import { requireKnownStack } from "../known-stack.ts";
import { collect, type Collected } from "../metrics/collect.ts";
import { openSources, sourceNames } from "../metrics/open-sources.ts";
import { type Address, serveMetrics } from "../metrics/serve.ts";
import { openEnvironment } from "../open-environment.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout metrics --stack STACK [--listen [HOST:]PORT] [--without SOURCE,…] [--json]

Prints what Prometheus needs to know of an environment, in its text format: rollouts by outcome, how long they and their steps
took, the lease, the live release, machines, the web, queue, database and runners. docs/monitoring.md lists the names.

It only reads. A source that does not answer within 8 s is down, which rollout_source_up shows, and why stands on the standard
error; what it would have given is absent, never 0. A database whose compute sleeps is not woken, but looks keep one awake that
runs: --without database leaves it out.

  --stack, -s      where: staging or prod
  --listen PORT    serves /metrics on loopback until Ctrl-C; with HOST: in front, there. What was read counts for 10 s
  --without NAMES  leaves sources out: ${sourceNames.join(", ")}
  --json           one JSON object: text, and faults by source

  bin/sandbox bin/rollout metrics --stack staging                   on this machine
  bin/rollout metrics --stack prod --without database,runners       for node_exporter's textfile collector
  bin/sandbox bin/rollout metrics --stack staging --listen 9464     for a Prometheus on this machine

Exit status: 0 done, also where sources are down, and after Ctrl-C; 1 the port is taken, 2 wrong use or settings.
`;

/** For each source, in milliseconds: Prometheus gives a scrape up after ten seconds. */
const sourceLimit = 8_000;
/** For what was read, in milliseconds. */
const cacheFor = 10_000;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("metrics", words, {
    stack: { type: "string", short: "s" },
    listen: { type: "string" },
    without: { type: "string" },
    json: { type: "boolean" },
  });
  const stack = requireStack("metrics", options.stack);
  const without = (options.without ?? "").split(",").filter((name) => name !== "");
  const unknown = without.filter((name) => !(sourceNames as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `bin/rollout metrics: --without takes ${sourceNames.join(", ")}; got ${unknown.join(", ")}`,
    );
  const address = options.listen === undefined ? undefined : addressOf(options.listen);
  requireKnownStack(session.checkout, "metrics", stack);
  return reportFailures(session, async () => {
    const opened = await openEnvironment(
      session,
      stack,
      `${stack} is the environment of a pull request, of which no metrics are kept`,
    );
    const { sources, begin } = await openSources(session, stack, opened, without);
    const labels = { environment: opened.onGitHub.environment };
    const report = faultReport(session);
    const read = async (): Promise<Collected> => {
      begin();
      const collected = await collect(sources, labels, sourceLimit);
      report(collected.faults);
      return collected;
    };
    if (address) return serve(session, address, read);
    const { text, faults } = await read();
    session.out.write(
      options.json ? `${JSON.stringify({ text, faults: Object.fromEntries(faults) })}\n` : text,
    );
    return exitStatus.done;
  });
}

/** @throws UsageError when it is no port, or no host and port. */
function addressOf(text: string): Address {
  const [, host = "127.0.0.1", port = ""] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === "" || Number(port) > 65_535)
    throw new UsageError(
      `bin/rollout metrics: --listen is ${text}; expected a port such as 9464, or HOST:PORT`,
    );
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

/** Writes why a source is down, once for as long as the reason is the same. */
function faultReport({ err }: Session): (faults: ReadonlyMap<string, string>) => void {
  let reported: ReadonlyMap<string, string> = new Map();
  return (faults) => {
    for (const [name, fault] of faults)
      if (reported.get(name) !== fault) err.write(`not read, ${name}: ${fault}\n`);
    for (const name of reported.keys()) if (!faults.has(name)) err.write(`read again: ${name}\n`);
    reported = faults;
  };
}

async function serve(
  { err }: Session,
  { host, port }: Address,
  read: () => Promise<Collected>,
): Promise<ExitStatus> {
  const interrupts = countInterrupts(
    () => performance.now(),
    () => undefined,
  );
  const server = await serveMetrics(
    { host, port },
    () => watchingCalls(read, explained),
    cacheFor,
    () => performance.now(),
  ).catch((error: unknown) => {
    err.write(`Cannot listen on ${host}:${String(port)}: ${(error as Error).message}\n`);
    return undefined;
  });
  if (!server) return exitStatus.failed;
  err.write(`Metrics at http://${host.includes(":") ? `[${host}]` : host}:${String(server.port)}/metrics\n`);
  await interrupts.first;
  await server.close();
  await interrupts.settle();
  return exitStatus.done;
}

export const metrics: Command = { summary: "what Prometheus needs to know of an environment", help, run };
