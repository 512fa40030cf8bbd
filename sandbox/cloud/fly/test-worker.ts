import { expect } from "vitest";
import { flyctl } from "../../flyctl/test-program.ts";
import type { TestCloud } from "../test-context.ts";
import type { MachineAnswer } from "./test-app.ts";

/** What the test program answers on its own. */
interface Health {
  stamp: string;
  pid: number;
  label: string;
  env: Record<string, string>;
}

/** What is done with the app `worker`, whose cloud and folder are open by then, and what it answers. */
export function testWorker(cloud: () => TestCloud, folder: () => string) {
  async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(cloud().origin + path, {
      method,
      headers: { authorization: `Bearer ${cloud().token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    expect(response.status, text).toBeLessThan(300);
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  }

  async function statusOf(
    method: string,
    path: string,
    body?: string,
    token = cloud().token,
  ): Promise<[number, string]> {
    const response = await fetch(cloud().origin + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    });
    return [response.status, await response.text()];
  }

  async function machine(): Promise<MachineAnswer> {
    const [first] = await call<MachineAnswer[]>("GET", "/v1/apps/worker/machines");
    if (!first) throw new Error("the app has no machine");
    return first;
  }

  function address(): string {
    const running = cloud().emulator.running()[0]?.address;
    if (running === undefined) throw new Error("nothing runs");
    return running;
  }

  async function health(): Promise<Health> {
    return (await (await fetch(`${address()}/health`)).json()) as Health;
  }

  function build(label: string, ...more: string[]): ReturnType<typeof flyctl> {
    return flyctl(
      cloud(),
      folder(),
      ...["deploy", "--build-only", "--push", "--config", "fly.toml", "--dockerfile", "Dockerfile.worker"],
      ...["--app", "worker", "--image-label", label, ...more],
    );
  }

  function deploy(label: string, ...more: string[]): ReturnType<typeof flyctl> {
    return flyctl(
      cloud(),
      folder(),
      ...["deploy", "--config", "fly.toml", "--image", `registry.fly.io/worker:${label}`],
      ...["--strategy", "rolling", "--ha=false", "--yes", "--wait-timeout", "20s", ...more],
    );
  }

  return { call, statusOf, machine, health, build, deploy };
}
