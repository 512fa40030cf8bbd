import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb.js";

/** Sends one line to the engine; `isKept` lines stay on the screen, the others are replaced by the next. */
export type EngineLog = (urn: string, line: string, isKept: boolean) => void;

/** A longer line is cut. */
const longest = 300;

/**
 * The engine's log, which shows a line with its resource. A provider has no other way to report while it works:
 * the engine starts it with its own address as the only argument. Without one, as in a test, there is no log.
 */
export function engineLog(address: string | undefined): EngineLog {
  if (!address || !/^[\w.[\]:-]+:\d+$/.test(address)) return () => undefined;
  let client:
    | Promise<{
        readonly engine: EngineClient;
        readonly Request: typeof LogRequest;
        readonly Severity: typeof LogSeverity;
      }>
    | undefined;
  return (urn, line, isKept) => {
    client ??= connect(address);
    client
      .then(({ engine, Request, Severity }) => {
        const request = new Request();
        request.setSeverity(isKept ? Severity.WARNING : Severity.INFO);
        request.setUrn(urn);
        request.setMessage(line.slice(0, longest));
        request.setEphemeral(!isKept);
        engine.log(request, () => undefined);
      })
      // A message is a help and no part of the work.
      .catch(() => undefined);
  };
}

async function connect(address: string) {
  const [grpc, services, loaded] = await Promise.all([
    import("@grpc/grpc-js"),
    import("@pulumi/pulumi/proto/engine_grpc_pb.js"),
    import("@pulumi/pulumi/proto/engine_pb.js"),
  ]);
  // What protobuf's compiler writes has no names that Node could find beforehand: then all is under `default`.
  const messages = "default" in loaded ? loaded.default : loaded;
  return {
    engine: new services.EngineClient(address, grpc.credentials.createInsecure()),
    Request: messages.LogRequest,
    Severity: messages.LogSeverity,
  };
}
