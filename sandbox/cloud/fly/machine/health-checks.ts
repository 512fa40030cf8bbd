import { connect } from "node:net";
import { type MachineCheck, type MachineConfig, milliseconds } from "../api/machine-config.ts";

export interface CheckStatus {
  readonly name: string;
  readonly status: "passing" | "warning" | "critical";
  readonly output: string;
  readonly updated_at: string;
}

/** The checks of one running machine. */
export interface HealthWatch {
  statuses(): readonly CheckStatus[];
  end(): void;
}

const defaults = { interval: 15_000, timeout: 10_000, gracePeriod: 1000 };
const bootInterval = 300;
const outputLimit = 16_384;

interface NamedCheck {
  readonly name: string;
  readonly check: MachineCheck;
}

/** Every check of a config by the name that the Machines API shows it under. */
export function namedChecks(config: MachineConfig): readonly NamedCheck[] {
  const own = Object.entries(config.checks ?? {}).map(([name, check]) => ({ name, check }));
  const ofServices = (config.services ?? []).flatMap((service, index) =>
    (service.checks ?? []).map((check) => {
      const port = check.port ?? service.internal_port;
      const type = check.type ?? "tcp";
      return {
        name: `servicecheck-${String(index).padStart(2, "0")}-${type}-${port ?? 0}`,
        check: { ...check, type, ...(port === undefined ? {} : { port }) },
      };
    }),
  );
  return [...own, ...ofServices];
}

/** What is shown before the first result. */
export function waitingStatuses(config: MachineConfig, since: string): readonly CheckStatus[] {
  return namedChecks(config).map(({ name }) => ({
    name,
    status: "warning",
    output: "waiting for status update",
    updated_at: since,
  }));
}

/**
 * Probes a machine's checks. Fly probes only after the grace period and then once an interval; here a check that has not
 * passed yet is tried several times a second, because a rehearsal should wait for the program and not for a timer. A
 * failure within the grace period does not count, as at Fly.
 */
export function watchHealth(
  config: MachineConfig,
  portOf: (declared: number | undefined) => number,
): HealthWatch {
  const started = Date.now();
  const statuses = new Map<string, CheckStatus>();
  const timers = new Set<NodeJS.Timeout>();
  let ended = false;

  const watch = ({ name, check }: NamedCheck): void => {
    const interval = check.interval === undefined ? defaults.interval : milliseconds(check.interval);
    const grace = check.grace_period === undefined ? defaults.gracePeriod : milliseconds(check.grace_period);
    const probeOnce = async (): Promise<void> => {
      const result = await probe(check, portOf(check.port));
      if (ended) return;
      if (result.status === "passing" || Date.now() - started >= grace)
        statuses.set(name, { name, ...result, updated_at: new Date().toISOString() });
      const passing = statuses.get(name)?.status === "passing";
      later(passing ? interval : Math.min(interval, bootInterval));
    };
    const later = (delay: number): void => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        void probeOnce();
      }, delay);
      timers.add(timer);
    };
    later(50);
  };

  for (const status of waitingStatuses(config, new Date().toISOString())) statuses.set(status.name, status);
  for (const each of namedChecks(config)) watch(each);
  return {
    statuses: () => [...statuses.values()],
    end: () => {
      ended = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

type Result = Pick<CheckStatus, "status" | "output">;

async function probe(check: MachineCheck, port: number): Promise<Result> {
  const timeout = check.timeout === undefined ? defaults.timeout : milliseconds(check.timeout);
  return check.type === "http" ? probeHttp(check, port, timeout) : probeTcp(port, timeout);
}

async function probeHttp(check: MachineCheck, port: number, timeout: number): Promise<Result> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${check.path ?? "/"}`, {
      method: (check.method ?? "GET").toUpperCase(),
      headers: (check.headers ?? []).map(({ name, values }): [string, string] => [name, values.join(",")]),
      redirect: "manual",
      signal: AbortSignal.timeout(timeout),
    });
    const output = (await response.text()).slice(0, outputLimit);
    return { status: response.ok ? "passing" : "critical", output };
  } catch (error) {
    const cause = (error as Error).cause;
    const reason = cause instanceof Error ? cause.message : (error as Error).message;
    return { status: "critical", output: reason === "" ? "connect: connection refused" : reason };
  }
}

function probeTcp(port: number, timeout: number): Promise<Result> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout });
    const settle = (status: Result["status"], output: string): void => {
      socket.destroy();
      resolve({ status, output });
    };
    socket.once("connect", () => settle("passing", "Success"));
    socket.once("timeout", () => settle("critical", "i/o timeout"));
    socket.once("error", (error) => settle("critical", error.message));
  });
}
