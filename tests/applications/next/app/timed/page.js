export const revalidate = 1;

export default function Page() {
  return <p>{`Made at ${Date.now()}`}</p>;
}
