import { NextResponse } from "next/server";

export function proxy(request) {
  const { pathname } = request.nextUrl;
  if (pathname === "/old") return NextResponse.redirect(new URL("/", request.url));
  if (pathname === "/alias") return NextResponse.rewrite(new URL("/item/alias", request.url));
  const response = NextResponse.next();
  response.headers.set("x-proxied", "yes");
  return response;
}

export const config = { matcher: ["/rendered", "/old", "/alias"] };
