import { posix } from "node:path";
import type { FlyTable } from "./fly-config.ts";
import { primaryRegionOf, processGroupsOf, readFlyConfig, tableOf, tablesOf } from "./fly-config.ts";
import { keyFaults } from "./fly-config-keys.ts";
import { isMigration, migrationReason } from "./migration-command.ts";

/** What the rollout has for a worker next to its fly.*.toml. */
export interface Expected {
  readonly file: string;
  /** Path of the Dockerfile that the rollout builds, from the project's folder. */
  readonly dockerfile: string;
  /** Whether the settings name the regions. */
  readonly hasRegion: boolean;
}

/**
 * What keeps a rollout from working with a fly.*.toml, a sentence each. flyctl would find most of it only behind the gate,
 * and some not at all.
 */
export function flyConfigFaults(text: string, expected: Expected): readonly string[] {
  const { file, dockerfile, hasRegion } = expected;
  let config: FlyTable;
  try {
    config = readFlyConfig(text, file);
    if (!hasRegion) primaryRegionOf(text, file);
  } catch (error) {
    return [(error as Error).message];
  }
  return [
    ...keyFaults(config),
    ...groupFaults(config),
    ...checkFaults(config),
    ...serviceFaults(config),
    ...commandFaults(config),
    ...buildFaults(config, dockerfile),
  ].map((fault) => `${file}: ${fault}`);
}

/** The machines of an app are counted and scaled together, so that a second group would lose its machines. */
function groupFaults(config: FlyTable): readonly string[] {
  if (Array.isArray(config["processes"]))
    return [`expected [processes] with lines like worker = "node worker.mjs", found [[processes]]`];
  const groups = processGroupsOf(config);
  const [first = ""] = groups;
  const several =
    groups.length > 1
      ? [
          `expected one process group, since the machines of an app are scaled together, found ${groups.join(", ")}. ` +
            `Keep ${first}, and give each other one an app and a fly.*.toml of its own`,
        ]
      : [];
  const sections = ["http_service", "services", "restart", "vm", "metrics"].flatMap((name) =>
    tablesOf(config[name]).map((section) => ({ name, section })),
  );
  const checks = Object.entries(tableOf(config["checks"])).map(([name, check]) => ({
    name: `checks.${name}`,
    section: tableOf(check),
  }));
  const unknown = [...sections, ...checks].flatMap(({ name, section }) =>
    namedGroups(section)
      .filter((group) => !groups.includes(group))
      .map((group) => `${name} is for the process group ${group}, which [processes] does not have`),
  );
  return [...several, ...new Set(unknown)];
}

function checkFaults(config: FlyTable): readonly string[] {
  const groups = processGroupsOf(config);
  const isOurs = (section: FlyTable): boolean => {
    const named = namedGroups(section);
    return named.length === 0 || named.some((group) => groups.includes(group));
  };
  const services = [config["http_service"], config["services"]].flatMap(tablesOf).filter(isOurs);
  const own = Object.entries(tableOf(config["checks"])).filter(([, check]) => isOurs(tableOf(check)));
  const ofServices = services.flatMap((each) =>
    ["checks", "http_checks", "tcp_checks"].flatMap((key) => tablesOf(each[key])),
  );
  if (own.length + ofServices.length === 0)
    return [
      "expected a health check like [checks.health], found none: a release is live once every machine passes its checks. " +
        'Add one, for example with type = "http", port = 8080 and path = "/health"',
    ];
  // flyctl takes a missing port from the http_service alone (internal/appconfig/machines.go).
  const hasDefaultPort = tablesOf(config["http_service"]).some(isOurs);
  return own.flatMap(([name, check]) => {
    const { type, port } = tableOf(check);
    return [
      ...(type === "http" || type === "tcp"
        ? []
        : [`checks.${name} has no type. Add type = "http" or "tcp"`]),
      ...(port === undefined && !hasDefaultPort
        ? [`checks.${name} has no port. Add port = 8080, or the port that the worker listens on`]
        : []),
    ];
  });
}

/** A machine that Fly stops when no request comes is a fault to a rollout, and a worker that does no jobs. */
function serviceFaults(config: FlyTable): readonly string[] {
  return ["http_service", "services"].flatMap((name) =>
    tablesOf(config[name])
      .filter(({ auto_stop_machines: stops }) => stops !== undefined && stops !== false && stops !== "off")
      .map(
        () =>
          `${name}.auto_stop_machines would stop a worker that has no requests, while its jobs wait. Set it to "off"`,
      ),
  );
}

function commandFaults(config: FlyTable): readonly string[] {
  const release = tableOf(config["deploy"])["release_command"];
  const commands = [
    ["deploy.release_command", release],
    ...Object.entries(tableOf(config["processes"])).map(([group, line]) => [`processes.${group}`, line]),
  ];
  return commands
    .filter(([, line]) => typeof line === "string" && isMigration(line))
    .map(([name, line]) => `${String(name)} is "${String(line)}": ${migrationReason}`);
}

/** flyctl prefers the file's Dockerfile to the one that it is given. */
function buildFaults(config: FlyTable, dockerfile: string): readonly string[] {
  const { dockerfile: named } = tableOf(config["build"]);
  if (named === undefined || (typeof named === "string" && posix.normalize(named) === dockerfile)) return [];
  return [
    `build.dockerfile is ${JSON.stringify(named)}: the rollout builds ${dockerfile}. Move the recipe there`,
  ];
}

function namedGroups({ processes }: FlyTable): readonly string[] {
  return Array.isArray(processes) ? processes.map(String) : [];
}
