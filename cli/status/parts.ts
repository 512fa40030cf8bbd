import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import type { Machine } from "@rollout/infra/fly/client";
import { openFly } from "@rollout/infra/fly/client";
import { healthFault, machinesOf, runsImage } from "@rollout/infra/fly/machines";
import type { NamedService } from "@rollout/infra/railway/find-service";
import { healthOfService } from "@rollout/infra/railway/health";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { webAddress } from "@rollout/infra/shared/loopback";
import { openVercel } from "@rollout/infra/vercel/client";
import { aliasedDeployment } from "@rollout/infra/vercel/promote";
import { loginIn } from "@rollout/infra/vercel/visitor-login";
import { TooLate, withinLimit } from "@rollout/infra/shared/time-limit";

/** One part of an environment: the web, or the machines of a worker. */
export interface PartStatus {
  /** `web`, or the worker's name. */
  readonly part: string;
  /** Address of the web, or the Fly app. */
  readonly where: string;
  /** `unknown` where a cloud did not answer: what could not be read is neither well nor unwell. */
  readonly health: "well" | "unwell" | "unknown";
  /** Whether it runs the live release by deployment id or image digest; absent where that could not be read. */
  readonly isRelease?: boolean;
  /** In a few words, for people. */
  readonly seen: readonly string[];
}

export interface StatusQuestion {
  readonly team: string;
  /** Host of the web, with its port where it is not the usual one. */
  readonly domain: string;
  readonly healthPath: string;
  /** Fly apps by the worker's name. */
  readonly apps: Readonly<Record<string, string>>;
  /** Services of Railway by the worker's name. */
  readonly services?: Readonly<Record<string, NamedService>>;
  /** The release that is live by the record; absent where none is. */
  readonly live: Attempt | undefined;
  /** All attempts of the record, newest first: a worker whose sources stay the same keeps the image of an earlier one. */
  readonly attempts: readonly Attempt[];
}

/** For what one part is asked, repeated calls included, in milliseconds. */
const patience = 5_000;

/** Asks every part at the same time. A cloud that does not answer makes its part `unknown`; nothing is thrown. */
export function statusOfParts(question: StatusQuestion, access: CloudAccess): Promise<readonly PartStatus[]> {
  return Promise.all([
    webStatus(question, access),
    ...Object.entries(question.apps).map(([worker, app]) => workerStatus(worker, app, question, access)),
    ...Object.entries(question.services ?? {}).map(([worker, service]) =>
      serviceStatus(worker, service, question, access),
    ),
  ]);
}

async function webStatus(
  { team, domain, healthPath, live }: StatusQuestion,
  access: CloudAccess,
): Promise<PartStatus> {
  const where = webAddress(domain);
  const [health, deployment] = await Promise.all([
    webHealth(`${where}${healthPath}`, healthPath),
    read(async () => aliasedDeployment({ team, domain }, await openVercel(access.vercel))),
  ]);
  const wanted = live?.ended?.webDeployment;
  const place = { part: "web", where };
  if ("fault" in deployment)
    return { ...place, ...health, seen: [...health.seen, `deployment not known: ${deployment.fault}`] };
  const found = deployment.value ?? "none";
  if (wanted === undefined) return { ...place, ...health, seen: [...health.seen, `deployment ${found}`] };
  const isRelease = found === wanted;
  return {
    ...{ ...place, ...health, isRelease },
    seen: [...health.seen, `deployment ${found}${isRelease ? "" : `, and the record has ${wanted}`}`],
  };
}

async function webHealth(address: string, path: string): Promise<Pick<PartStatus, "health" | "seen">> {
  const began = performance.now();
  try {
    const answer = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(patience) });
    await answer.arrayBuffer();
    const time = `${String(Math.round(performance.now() - began))} ms`;
    const login = loginIn(answer);
    if (login !== undefined)
      return { health: "unknown", seen: [`Vercel asks visitors for a login (${login})`] };
    return {
      health: answer.ok ? "well" : "unwell",
      seen: [`${path} answers ${String(answer.status)} in ${time}`],
    };
  } catch (error) {
    return { health: "unwell", seen: [`${path} does not answer: ${reasonOf(error)}`] };
  }
}

async function workerStatus(
  worker: string,
  app: string,
  { live, attempts }: StatusQuestion,
  access: CloudAccess,
): Promise<PartStatus> {
  const place = { part: worker, where: app };
  const answered = await read(() => machinesOf(app, openFly(access.fly)));
  if ("fault" in answered) return { ...place, health: "unknown", seen: [answered.fault] };
  const machines = answered.value;
  if (machines.length === 0) return { ...place, health: "unwell", seen: ["no machine"] };
  const faults = machines.filter((each) => !isIdleStandby(each)).flatMap((each) => healthFault(each) ?? []);
  const wanted = imagesOf(live, attempts, worker);
  const others =
    wanted.length === 0
      ? []
      : machines.filter((machine) => !wanted.some((image) => runsImage(machine, image)));
  const count = `${String(machines.length)} machine${machines.length === 1 ? "" : "s"}`;
  const regions = [...new Set(machines.map(({ region }) => region))].sort().join(", ");
  return {
    ...place,
    health: faults.length === 0 ? "well" : "unwell",
    ...(wanted.length === 0 ? {} : { isRelease: others.length === 0 }),
    seen: [
      `${count} in ${regions}`,
      ...faults,
      ...others.map(
        ({ id, image_ref: image }) =>
          `machine ${id} runs ${image?.digest?.slice(0, 19) ?? "an unknown image"}, and the record has another image`,
      ),
    ],
  };
}

async function serviceStatus(
  worker: string,
  service: NamedService,
  { live, attempts }: StatusQuestion,
  access: CloudAccess,
): Promise<PartStatus> {
  const place = { part: worker, where: `${service.name} on Railway` };
  const answered = await read(() => healthOfService(service, access.railway));
  if ("fault" in answered) return { ...place, health: "unknown", seen: [answered.fault] };
  const { deployments, faults, seen } = answered.value;
  const wanted = imagesOf(live, attempts, worker);
  const images = deployments.flatMap(({ meta }) => meta?.image ?? []);
  const others = images.filter((image) => !wanted.includes(image));
  return {
    ...place,
    health: faults.length === 0 ? "well" : "unwell",
    ...(wanted.length === 0 || images.length === 0 ? {} : { isRelease: others.length === 0 }),
    seen: [
      seen,
      ...(wanted.length === 0
        ? []
        : others.map((image) => `runs ${image}, and the record has another image`)),
    ],
  };
}

/** A standby runs only while the machine that it stands by for does not. */
function isIdleStandby({ config, state }: Machine): boolean {
  return (config?.standbys?.length ?? 0) > 0 && state === "stopped";
}

/** The images of the content that a worker has in the live release, each with its digest: of it, and of earlier ones. */
function imagesOf(
  live: Attempt | undefined,
  attempts: readonly Attempt[],
  worker: string,
): readonly string[] {
  const wanted = live?.composition.workers[worker];
  if (!wanted) return [];
  return attempts.flatMap(({ composition, ended }) => {
    const { image, source, recipe } = composition.workers[worker] ?? {};
    const digest = ended?.images?.find(({ reference }) => reference === image)?.digest;
    return digest !== undefined && source === wanted.source && recipe === wanted.recipe
      ? [`${String(image)}@${digest}`]
      : [];
  });
}

type Answered<Value> = { readonly value: Value } | { readonly fault: string };

async function read<Value>(ask: () => Promise<Value>): Promise<Answered<Value>> {
  try {
    return { value: await withinLimit(patience, ask) };
  } catch (error) {
    return { fault: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof TooLate || error.name === "TimeoutError"
    ? `no answer within ${String(patience / 1000)} s`
    : error.message;
}
