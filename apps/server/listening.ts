import { Refusal } from "./refusal.ts";

/** A server's place, and the settings that chose it. */
export type ListeningPlace = {
  /** As sentences name it: "web server". */
  server: string;
  host: string;
  port: number;
  hostSetting: string;
  portSetting: string;
  portOption: string;
};

/** Runs what listens; where the place that was chosen for it will not do, refuses with the setting to change. */
export async function listening<T>(place: ListeningPlace, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    const sentence = sentenceOf(place, error as NodeJS.ErrnoException);
    throw sentence === null ? error : new Refusal(sentence);
  }
}

function sentenceOf(place: ListeningPlace, error: NodeJS.ErrnoException): string | null {
  const { server, host, port, hostSetting, portSetting, portOption } = place;
  if (error.syscall === "getaddrinfo") {
    return `${hostSetting} names ${JSON.stringify(host)}, which is neither an address nor the name of one. ${NOTHING}`;
  }
  if (error.syscall !== "listen") return null;
  const other = `Choose another with ${portOption} or ${portSetting}.`;
  const cannot = `The ${server} cannot listen`;
  if (error.code === "EADDRINUSE")
    return `${cannot}: port ${port} of ${host} is in use by another program. ${NOTHING} ${other}`;
  if (error.code === "EACCES") return `${cannot}: this account may not use port ${port}. ${NOTHING} ${other}`;
  if (error.code === "EADDRNOTAVAIL")
    return `${hostSetting} names ${host}, which is no address of this machine. ${NOTHING}`;
  return `${cannot} on ${host}, port ${port}: ${error.message}. ${NOTHING} See ${hostSetting} and ${portSetting}.`;
}

const NOTHING = "Nothing was started.";
