import type { NoPrograms } from "./no-programs.ts";
import type { Answer, RecordedCall } from "./recorded-call.ts";

/** How the functions of deployments at Vercel start: as in the recording, since the program that failed there is not here. */
export interface Fates {
  /** To be called before a call is sent. */
  prepare(call: RecordedCall): void;
  /** And once it was answered. */
  settle(call: RecordedCall, answer: Answer): void;
}

export function openFates(calls: readonly RecordedCall[], programs: NoPrograms): Fates {
  const failed = new Set(
    calls.flatMap(({ cloud, answer }) => {
      const { id, readyState } = fieldsOf(answer);
      return cloud === "vercel" && readyState === "ERROR" && typeof id === "string" ? [id] : [];
    }),
  );
  const fails = (call: RecordedCall): boolean | undefined => {
    const { id } = fieldsOf(call.answer);
    const isDeployment = call.method === "POST" && /^\/v1[23]\/(now\/)?deployments$/.test(call.url.pathname);
    return isDeployment && typeof id === "string" ? failed.has(id) : undefined;
  };
  return {
    prepare: (call) => {
      const it = fails(call);
      // Its function may start before its id is known here.
      if (it !== undefined) programs.failByDefault(it);
    },
    settle: (call, answer) => {
      const { id } = fieldsOf(answer);
      if (fails(call) === true && typeof id === "string") programs.failing(`vercel-${id}-`);
    },
  };
}

const fieldsOf = (answer: Answer | undefined): { readonly id?: unknown; readonly readyState?: unknown } =>
  typeof answer?.json === "object" && answer.json !== null ? answer.json : {};
