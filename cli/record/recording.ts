import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { addressVariables } from "@atlaris/infra/dynamic/cloud-access";
import type { Session } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import type { RecordedCall } from "./har.ts";
import { harOf } from "./har.ts";
import type { RecordingProxy } from "./recording-proxy.ts";
import { openRecordingProxy } from "./recording-proxy.ts";
import { openRedactor } from "./redact.ts";

/** Variables whose value is a secret. */
const secretVariable = /(TOKEN|KEY|PASSPHRASE|PASSWORD|SECRET)$/;

/**
 * Runs `work` with every call to a cloud recorded: those of the program, of its providers and plugins and of flyctl, which all
 * read the clouds' addresses from the environment. The file is written however it ends, for its owner alone, without secrets.
 *
 * @param file Undefined to record nothing.
 * @throws UsageError where the file is there already.
 */
export async function recording<T>(
  session: Session,
  file: string | undefined,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  if (file === undefined) return work(session);
  const path = resolve(file);
  if (existsSync(path))
    throw new UsageError(`${file} is there already. Name another file, or delete it: rm ${file}`);
  const calls: RecordedCall[] = [];
  const proxies = new Map<string, RecordingProxy>();
  const addresses: Record<string, string> = {};
  try {
    for (const { cloud, variable, usual } of addressVariables) {
      const address = new URL(session.environment[variable] ?? usual);
      const key = `${cloud} ${address.origin}`;
      const proxy =
        proxies.get(key) ?? (await openRecordingProxy(cloud, address.origin, (call) => calls.push(call)));
      proxies.set(key, proxy);
      addresses[variable] =
        `${proxy.origin}${address.pathname === "/" && !usual.endsWith("/") ? "" : address.pathname}`;
    }
    return await work({ ...session, environment: { ...session.environment, ...addresses } });
  } finally {
    await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
    await write(path, calls, session.environment);
    session.err.write(
      `${String(calls.length)} calls are in ${file}. Tokens, passwords and values of variables were taken out; look at it before you pass it on.\n`,
    );
  }
}

async function write(
  path: string,
  calls: readonly RecordedCall[],
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const known = Object.entries(environment).flatMap(([name, value]) =>
    secretVariable.test(name) ? (value ?? []) : [],
  );
  const next = `${path}.${String(process.pid)}`;
  await writeFile(next, harOf(calls, "0.1.0", openRedactor(known)), { mode: 0o600 });
  await rename(next, path);
}
