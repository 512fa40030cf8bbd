export const dynamic = "force-dynamic";

export function GET() {
  return Response.json({ status: "ok", sourceDigest: process.env.SOURCE_DIGEST });
}

export async function POST(request) {
  return Response.json({ received: await request.json() });
}
