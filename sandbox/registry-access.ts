/**
 * The variables by which npm and Node reach the package registry: proxies, certificates, and npm's own. A build in the
 * sandbox needs them. npm's global settings cannot replace them: npm looks for those next to the Node that runs it, so
 * another Node finds none. Without the certificates of a network that intercepts TLS, npm ends no request before it has
 * tried three times, 70 seconds each, and then takes what is in its cache.
 */
export function registryVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && reachesRegistry(entry[0]),
    ),
  );
}

const certificatesAndProxies = [
  "node_extra_ca_certs",
  "node_use_system_ca",
  "ssl_cert_file",
  "ssl_cert_dir",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/** Not every npm_config_*: those that npm sets for its own scripts (prefix, local_prefix) would mislead a build. */
function reachesRegistry(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    certificatesAndProxies.includes(lower) ||
    /^npm_config_(cache|userconfig|globalconfig|registry|cafile|ca|proxy|https_proxy|noproxy|strict_ssl|offline|prefer_offline|@.*|\/\/.*)$/.test(
      lower,
    )
  );
}
