import orders from "./orders.mjs";
import status from "./status.mjs";

/** Both functions behind one address. */
export default function all(request, response) {
  return request.url.startsWith("/api/status") ? status(request, response) : orders(request, response);
}
