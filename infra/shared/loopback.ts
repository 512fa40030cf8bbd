/**
 * Transport security is demanded of every address that leaves the machine; on loopback there is no one in between.
 */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return (
    name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127\.\d+\.\d+\.\d+$/.test(name)
  );
}

/** The address of a web host: `https`, or `http` on loopback. */
export function webAddress(host: string): string {
  return `${isLoopback(host) ? "http" : "https"}://${host}`;
}

/** A database address that asks for TLS, unless it stays on loopback. */
export function withTransportSecurity(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (!isLoopback(url.host)) url.searchParams.set("sslmode", "require");
  return url.toString();
}

/**
 * The same address for a client of ours: the server's certificate is verified whatever pg and libpq mean by `require`, which the
 * address that others are given still has.
 */
export function verifyingServer(databaseUrl: string): string {
  return databaseUrl.replace(/([?&]sslmode=)(require|verify-ca)\b/, "$1verify-full");
}
