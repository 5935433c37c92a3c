import { connect, createServer } from "node:net";

const HOST = "127.0.0.1";

/** Whether a program answers at this port: some systems let another one listen beside it nevertheless. */
function isAnswered(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, HOST, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** The first free port of 127.0.0.1 from this one on. */
export async function findFreePort(first: number): Promise<number> {
  for (let port = first; port < first + 100; port += 1) {
    if (!(await isAnswered(port)) && (await canListen(port))) return port;
  }
  throw new Error(`None of the ports ${first} to ${first + 99} is free.`);
}
