import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceError,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { ServiceDefinition } from "@grpc/grpc-js";

/** The engine sends complete states in one message; its own limit is 400 MB. */
const maxMessageBytes = 400 * 1024 * 1024;
const parentCheckMilliseconds = 1000;

/**
 * Serves one gRPC service to the engine that started this process: on a free loopback port, which is the first line
 * of stdout, as the engine expects. Ends when the engine is gone: a killed engine cannot announce it.
 *
 * @param end called once before the process exits, to stop what it started.
 */
export function servePlugin(
  service: ServiceDefinition,
  implementation: UntypedServiceImplementation,
  end: () => void = () => undefined,
): void {
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(service, implementation);

  let ending = false;
  const exit = (code: number): void => {
    if (ending) return;
    ending = true;
    end();
    process.exit(code);
  };
  process.once("SIGTERM", () => exit(0));
  process.once("SIGINT", () => exit(0));
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) exit(1);
  }, parentCheckMilliseconds).unref();

  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      process.stderr.write(`No loopback port could be opened: ${error.message}\n`);
      exit(1);
      return;
    }
    process.stdout.write(`${String(port)}\n`);
  });
}

/** A failure in the form that gRPC sends: the engine shows `message` as it is. */
export function rpcError(error: unknown, code: status = status.UNKNOWN): Partial<ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  return { code, details: message, message };
}

/** Answers a call with what `work` gives, or with its error. */
export function answer<Request, Response>(
  work: (request: Request, call: ServerUnaryCall<Request, Response>) => Promise<Response> | Response,
) {
  return (call: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => work(call.request, call))
      .then(
        (response) => reply(null, response),
        (error: unknown) => reply(rpcError(error)),
      );
  };
}
