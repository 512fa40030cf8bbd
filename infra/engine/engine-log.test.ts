import type { ServerUnaryCall } from "@grpc/grpc-js";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import { createRequire } from "node:module";
import { describe, expect, it, onTestFinished } from "vitest";
import { engineLog } from "./engine-log.ts";

const require = createRequire(import.meta.url);
const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb") as { EngineService: never };
const { Empty } = require("google-protobuf/google/protobuf/empty_pb") as { Empty: new () => unknown };

interface Line {
  readonly urn: string;
  readonly message: string;
  readonly ephemeral: boolean;
}

/** An engine that only listens. */
async function startEngine(heard: (line: Line) => void): Promise<string> {
  const server = new Server();
  server.addService(EngineService, {
    log: (
      { request }: ServerUnaryCall<LogRequest, unknown>,
      answer: (error: null, value: unknown) => void,
    ): void => {
      heard({ urn: request.getUrn(), message: request.getMessage(), ephemeral: request.getEphemeral() });
      answer(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    }),
  );
  onTestFinished(() => server.forceShutdown());
  return `127.0.0.1:${String(port)}`;
}

describe("what a provider reports while it works", () => {
  it("reaches the engine with its resource, and is cut where it is too long", async () => {
    const lines: Line[] = [];
    const all = new Promise<void>((resolve) => {
      void startEngine((line) => {
        lines.push(line);
        if (lines.length === 2) resolve();
      }).then((address) => {
        const log = engineLog(address);
        log("urn:pulumi:staging::shop::x::worker", "building", false);
        log("urn:pulumi:staging::shop::x::gate", `waiting ${"x".repeat(1_000)}`, true);
      });
    });
    await all;
    expect(
      lines.map(({ urn, message, ephemeral }) => [urn, message.slice(0, 8), message.length, ephemeral]),
    ).toEqual([
      ["urn:pulumi:staging::shop::x::worker", "building", 8, true],
      ["urn:pulumi:staging::shop::x::gate", "waiting ", 300, false],
    ]);
  });

  it.each([undefined, "", "--inspect", "nowhere:1"])(
    "is lost without harm where no engine is: %s",
    (address) => {
      expect(() => engineLog(address)("urn", "line", true)).not.toThrow();
    },
  );
});
