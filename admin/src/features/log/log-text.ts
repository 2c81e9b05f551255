const LINK = /(https?:\/\/[^\s"'<>]+[^\s"'<>.,;:!?)\]])/;

/** The parts of a message; addresses become links. */
export function splitLinks(message: string): { text: string; link: boolean }[] {
  return message
    .split(LINK)
    .map((text, index) => ({ text, link: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
