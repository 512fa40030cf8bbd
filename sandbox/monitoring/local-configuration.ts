import { dump, load } from "js-yaml";

/** Where a notification of each kind goes on this machine. */
export interface LocalReceivers {
  /** Address of the receiver of webhooks, Slack and PagerDuty. */
  readonly http: string;
  /** Host and port of the receiver of mails. */
  readonly mail: string;
}

interface Route {
  readonly routes?: readonly Route[];
  readonly [key: string]: unknown;
}

interface Receiver {
  readonly name: string;
  readonly [kind: string]: unknown;
}

type Settings = Readonly<Record<string, unknown>>;

/** On one machine nobody waits for minutes. Grouping, order and receivers stay as they are. */
const quick = { group_wait: "1s", group_interval: "1s" };

/** Of each kind of receiver what leads it here; each takes the place of files and addresses that only a real one has. */
const local: Readonly<Record<string, (settings: Settings, receivers: LocalReceivers) => Settings>> = {
  webhook_configs: ({ url_file: _file, ...rest }, { http }) => ({ ...rest, url: `${http}/webhook` }),
  slack_configs: ({ api_url_file: _file, ...rest }, { http }) => ({ ...rest, api_url: `${http}/slack` }),
  pagerduty_configs: ({ routing_key_file: _file, ...rest }, { http }) => ({
    ...rest,
    routing_key: "sandbox",
    url: `${http}/pagerduty`,
  }),
  email_configs: ({ auth_username: _user, auth_password_file: _file, ...rest }, { mail }) => ({
    ...rest,
    smarthost: mail,
    require_tls: false,
  }),
};

/**
 * The committed configuration of Alertmanager with every receiver on this machine: its routes, groups and inhibitions are
 * those that a real one has.
 *
 * @throws Error for a kind of receiver that is not known here.
 */
export function localAlertmanager(committed: string, receivers: LocalReceivers): string {
  const {
    route,
    receivers: declared,
    ...rest
  } = load(committed) as {
    readonly route: Route;
    readonly receivers: readonly Receiver[];
  };
  return dump({
    ...rest,
    route: quickRoute(route),
    receivers: declared.map(({ name, ...kinds }) => ({
      name,
      ...Object.fromEntries(
        Object.entries(kinds).map(([kind, settings]) => {
          const toLocal = local[kind];
          if (!toLocal)
            throw new Error(`alertmanager.yml: the sandbox has no receiver for ${kind} of ${name}`);
          return [kind, (settings as readonly Settings[]).map((each) => toLocal(each, receivers))];
        }),
      ),
    })),
  });
}

function quickRoute({ routes, ...route }: Route): Route {
  return {
    ...route,
    ...("group_wait" in route ? quick : {}),
    ...(routes ? { routes: routes.map(quickRoute) } : {}),
  };
}

/** A job of the local Prometheus. */
export interface LocalJob {
  readonly name: string;
  /** File of targets, which Prometheus reads again when it changes. */
  readonly targetsFile: string;
}

/** Prometheus over this machine: the committed rules, often. */
export function localPrometheus(options: {
  readonly rules: string;
  readonly alertmanager: string;
  readonly jobs: readonly LocalJob[];
  readonly everySeconds: number;
}): string {
  const every = `${String(options.everySeconds)}s`;
  return dump({
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: [options.rules],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [options.alertmanager] }] }] },
    scrape_configs: options.jobs.map(({ name, targetsFile }) => ({
      job_name: name,
      file_sd_configs: [{ files: [targetsFile], refresh_interval: every }],
    })),
  });
}
