import { createHash } from "node:crypto";

interface Message {
  readonly role: string;
  readonly text: string;
}

const moduleTitles = [
  ["Foundations of", "Working with", "Mastering"],
  ["First steps in", "Practice of", "Going further with"],
  ["The essentials of", "Building with", "Living with"],
] as const;
const taskTitles = [
  ["Read an introduction to", "Try a small example of", "Write down what is new about"],
  ["Compare two ways into", "Do one exercise on", "Explain to another user"],
  ["Watch a talk on", "Repeat a worked example of", "Sum up in ten lines"],
] as const;

/**
 * A plan of three modules with three tasks each, about the topic of the question. The same messages make the same
 * plan; others may choose other words.
 */
export function planFor(messages: readonly Message[]): object {
  const topic = topicOf(messages);
  const variant = createHash("sha256").update(JSON.stringify(messages)).digest().readUInt8() % 3;
  return {
    modules: (moduleTitles[variant] ?? moduleTitles[0]).map((title, index) => ({
      title: `${title} ${topic}`,
      tasks: (taskTitles[(variant + index) % 3] ?? taskTitles[0]).map((task) => ({
        title: `${task} ${topic}`,
      })),
    })),
  };
}

/** What follows `topic:` in the last question, else the question itself; short enough for a title. */
export function topicOf(messages: readonly Message[]): string {
  const question = messages.findLast((message) => message.role === "user")?.text ?? "";
  const json = /"topic"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(question)?.[1];
  const named =
    json === undefined ? /\btopic\s*[:=]\s*(.+)/i.exec(question)?.[1] : (JSON.parse(json) as string);
  const topic = (named ?? question).replace(/\s+/g, " ").replace(/^["'“]|["'”.]+$/g, "");
  return topic.trim().slice(0, 120) || "anything";
}
