import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "../cloud/process-identity.ts";
import { openProcessKeeper } from "../cloud/process-keeper.ts";
import type { ServerStatus } from "../cloud/server/control.ts";
import type { Endpoints, Tokens } from "../environment.ts";
import type { Home } from "../home.ts";
import { UserError } from "../user-error.ts";
import { callControl } from "./control-client.ts";

/** A loaded machine answers late; one that has gone refuses at once. */
const answerLimitMilliseconds = 30_000;
const stopLimitMilliseconds = 70_000;
const pollMilliseconds = 25;

/** The log of the clouds' own process. */
export function cloudsLog(home: Home): string {
  return join(home.logsFolder, "clouds.log");
}

const shownLogLines = 20;

/** What the clouds logged last, from byte `from` of their log on. */
export function lastLogLines(home: Home, from = 0): readonly string[] {
  if (!existsSync(cloudsLog(home))) return [];
  const text = readFileSync(cloudsLog(home)).subarray(from).toString("utf8").trimEnd();
  return text === "" ? [] : text.split("\n").slice(-shownLogLines);
}

/** The server's status, or nothing when this sandbox has none that runs. */
export async function askClouds(home: Home, tokens: Tokens): Promise<ServerStatus | undefined> {
  const endpoints = readEndpoints(home);
  if (!endpoints) return undefined;
  try {
    const status = (await callControl(
      endpoints.control,
      tokens.control,
      "GET",
      "/status",
      answerLimitMilliseconds,
    )) as ServerStatus;
    // Another sandbox may have got the port of one that was killed.
    return status.home === home.folder ? status : undefined;
  } catch (error) {
    if ((error as Error).name !== "TimeoutError" && (error as Error).name !== "AbortError") return undefined;
    throw new UserError(
      `The sandbox's clouds (process ${endpoints.pid}) have not answered within ${answerLimitMilliseconds / 1000} s. ` +
        `See ${cloudsLog(home)}, or end them with: kill -9 ${endpoints.pid}`,
    );
  }
}

/** Stops the clouds, and what killed ones left running; gives whether they ran. */
export async function stopClouds(home: Home, tokens: Tokens): Promise<boolean> {
  const status = await askClouds(home, tokens);
  const endpoints = readEndpoints(home);
  if (!status || !endpoints) {
    openProcessKeeper(home.runFolder, home.logsFolder);
    return false;
  }
  await callControl(endpoints.control, tokens.control, "POST", "/stop", answerLimitMilliseconds);
  const until = Date.now() + stopLimitMilliseconds;
  while (Date.now() < until) {
    if (!isAlive(status.pid)) return true;
    await delay(pollMilliseconds);
  }
  throw new UserError(
    `The clouds (process ${status.pid}) have not stopped within ${stopLimitMilliseconds / 1000} s; see ${cloudsLog(home)}.`,
  );
}

/** The addresses as the server wrote them last. */
export function readEndpoints(home: Home): Endpoints | undefined {
  try {
    return JSON.parse(readFileSync(home.endpointsFile, "utf8")) as Endpoints;
  } catch {
    return undefined;
  }
}
