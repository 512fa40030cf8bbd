import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb.js";

/** Shows lines in the engine's display. */
export interface EngineLog {
  /** A line at the resource, that the next one replaces. */
  status(urn: string, line: string): void;
}

const timeLimitMilliseconds = 5000;

/** A line that cannot be shown is dropped: the work counts, not its display. */
export function openEngineLog(address: string): EngineLog {
  const { path, requestSerialize, responseDeserialize } = EngineService.log;
  let client: Client | undefined;
  return {
    status: (urn, line) => {
      client ??= new Client(address, credentials.createInsecure());
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        new LogRequest().setSeverity(LogSeverity.INFO).setUrn(urn).setMessage(line).setEphemeral(true),
        new Metadata(),
        { deadline: Date.now() + timeLimitMilliseconds },
        () => undefined,
      );
    },
  };
}
