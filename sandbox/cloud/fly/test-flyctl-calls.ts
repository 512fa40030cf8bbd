import { expect, vi } from "vitest";
import { asked } from "./test-flyctl-queries.ts";
import type { MachineAnswer, TestApp } from "./test-app.ts";

/** The machines of the app that {@link TestApp} has. */
export const at = "/v1/apps/worker/machines";

/** Names that app in a query. */
export const worker = { appName: "worker" };

/** A machine as flyctl asks for it. */
export function configOf(
  label: string,
  release: { id: string; version: number },
  metadata: object = {},
): object {
  return {
    env: { FLY_PROCESS_GROUP: "app", LOG_LEVEL: "info", PRIMARY_REGION: "fra" },
    init: { cmd: ["node", "server.mjs"] },
    guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
    metadata: {
      ...metadata,
      fly_flyctl_version: "0.4.80",
      fly_platform_version: "v2",
      fly_process_group: "app",
      fly_release_id: release.id,
      fly_release_version: String(release.version),
    },
    checks: {
      health: {
        port: 8080,
        type: "http",
        interval: "5s",
        timeout: "2s",
        grace_period: "5s",
        path: "/health",
      },
    },
    image: `registry.fly.io/worker:${label}`,
    restart: { policy: "always" },
    stop_config: { timeout: "5s", signal: "SIGTERM" },
  };
}

interface Release {
  readonly id: string;
  readonly version: number;
}

/** The calls that every command of flyctl is made of, to an app that is open by the time they are made. */
export function flyctlCalls(app: () => TestApp) {
  async function send<Body = Record<string, unknown>>(
    call: string,
    body?: unknown,
    nonce?: string,
    status = 200,
  ): Promise<Body> {
    const [method = "", path = ""] = call.split(" ");
    const headers = nonce === undefined ? {} : { "fly-machine-lease-nonce": nonce };
    const answer = await app().call<Body>(method, path, body, headers);
    expect(answer.status, `${call}: ${JSON.stringify(answer.body)}`).toBe(status);
    return answer.body;
  }

  async function ask<Data>(query: string, variables: Readonly<Record<string, unknown>>): Promise<Data> {
    const answer = await send<{ data: Data; errors?: unknown }>("POST /graphql", { query, variables });
    expect(answer.errors).toBeUndefined();
    return answer.data;
  }

  /** `flyctl deploy --image …` until the first machine is touched. */
  async function beginDeploy(label: string, strategy: string): Promise<Release> {
    await send("GET /v1/apps/worker");
    await send("GET /api/v1/organizations/personal");
    const { id: build } = await send<{ id: number }>("POST /api/v1/builds", {
      app_name: "worker",
      builder_type: "depot.dev",
      strategies_available: ["Local Image Reference", "Remote Image Reference"],
    });
    const imageRef = `registry.fly.io/worker:${label}`;
    const { app: found } = await ask<{ app: { image: { id: string; compressedSize: string } } }>(
      asked.image,
      {
        ...worker,
        imageRef,
      },
    );
    // flyctl reads a size as text and fails on a number.
    expect(found.image.compressedSize).toMatch(/^\d+$/);
    await send("POST /api/v1/builds/finish", {
      build_id: build,
      app_name: "worker",
      machine_id: "",
      status: "completed",
      strategies_attempted: [{ error: "", note: "", result: "success", strategy: "Remote Image Reference" }],
      builder_meta: {
        builder_type: "",
        buildkit_enabled: false,
        docker_version: "",
        platform: "",
        remote_app_name: "",
      },
      final_image: { id: found.image.id, size_bytes: Number(found.image.compressedSize), tag: imageRef },
      timings: { build_and_push_ms: 6, build_ms: 6, builder_init_ms: -1 },
      logs: "",
    });
    await send(`GET ${at}`);
    const definition = { app: "worker", primary_region: "fra", processes: { app: "node server.mjs" } };
    const { release } = await send<{ release: Release }>(
      "POST /api/v1/releases",
      { app_name: "worker", build_id: build, definition, image: imageRef, strategy },
      undefined,
      201,
    );
    await ask(asked.egress, worker);
    await send(`PATCH /api/v1/releases/${release.id}`, { metadata: null, status: "running" });
    return release;
  }

  async function endDeploy(release: Release): Promise<void> {
    const metadata = { post_deployment_info: { flyctl_version: "0.4.80", error: "" } };
    await send(`PATCH /api/v1/releases/${release.id}`, { metadata, status: "complete" });
    expect(await send("GET /v1/apps/worker/ip_assignments")).toEqual({ ips: [] });
  }

  /** flyctl asks until all checks that the answer shows are passing, and there is one. */
  async function waitHealthy(id: string): Promise<void> {
    await vi.waitFor(
      async () => {
        const { checks, events } = await send<MachineAnswer>(`GET ${at}/${id}`);
        expect(events.some(({ type }) => type === "launch")).toBe(true);
        if (checks.length === 0 || checks.some(({ status }) => status !== "passing"))
          throw new Error(`machine ${id} did not become healthy`);
      },
      { timeout: 60_000, interval: 100 },
    );
  }

  async function lease(id: string, ttl: number): Promise<string> {
    const taken = await send<{ status: string; data: { nonce: string } }>(
      `POST ${at}/${id}/lease?ttl=${ttl}`,
      undefined,
      undefined,
      201,
    );
    expect(taken.status).toBe("success");
    return taken.data.nonce;
  }

  return { send, ask, beginDeploy, endDeploy, waitHealthy, lease };
}
