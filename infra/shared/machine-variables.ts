/** What a command of ours needs to know of the machine. No token is among it: npm's own are in its file. */
const passedOn =
  /^(PATH|HOME|TMPDIR|TEMP|TMP|SystemRoot|npm_config_(?!_|\w*(auth|password|token))\w+|https?_proxy|no_proxy|NODE_USE_ENV_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;

/** The part of this process's environment that every command and every process of a rehearsal gets. */
export function machineVariables(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const entries = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    value !== undefined && passedOn.test(name) ? [[name, value]] : [],
  );
  return { ...Object.fromEntries(entries), NO_COLOR: "1" };
}

/** What git is given in addition: its own settings, and no credential. It reads hooks, filters and helpers of the user. */
export function gitVariables(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const own = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    value !== undefined && /^(GIT_(?!\w*(TOKEN|PASS))\w+|XDG_CONFIG_HOME)$/.test(name) ? [[name, value]] : [],
  );
  return { ...machineVariables(environment), ...Object.fromEntries(own) };
}
