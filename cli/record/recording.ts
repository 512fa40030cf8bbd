import { open, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { addressVariables } from "@rollout/infra/shared/cloud-access";
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
  await makeFile(path, file);
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
    session.err.write(await written(path, file, calls, session.environment));
  }
}

/** Before the work: a file that cannot be written is reported before anything is rolled out. */
async function makeFile(path: string, file: string): Promise<void> {
  try {
    await (await open(path, "wx", 0o600)).close();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "EEXIST"
        ? `${file} is there already. Name another file, or delete it: rm ${file}`
        : `The recording ${file} cannot be written: ${message}`,
    );
  }
}

/** Writes the calls and prints that; how the work ended stays the result. */
async function written(
  path: string,
  file: string,
  calls: readonly RecordedCall[],
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const known = Object.entries(environment).flatMap(([name, value]) =>
    secretVariable.test(name) ? (value ?? []) : [],
  );
  try {
    await writeFile(path, harOf(calls, "0.1.0", openRedactor(known)));
    return `${String(calls.length)} calls are in ${file}. Tokens, passwords and values of variables were taken out; look at it before you pass it on.\n`;
  } catch (error) {
    return `The recording ${file} could not be written: ${(error as Error).message}\n`;
  }
}
