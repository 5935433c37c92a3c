import { baselineCommit } from "../baseline";

/** What the report says besides its figures. */
export const command = "`npm run bench`";

/** Said of figures that are worth little. */
export const busy = "The machine was busy with other work: repeat this before quoting it.";

/** What to do on a machine like those on which Node-RED runs at home. */
export const onPi = `To run it on a Raspberry Pi: install Node.js 20.3 or newer and git there, \`git clone\` this project, \`npm ci\`,
and \`npm run bench\` while nothing else runs; with little memory, stop your own Node-RED before. All figures are ratios
within one run, or bytes, or small times: those of a Pi can be compared to these.`;

export const aboutParts = `${command} measures all of it in a quarter of an hour (a Pi needs longer), \`npm run bench -- --quick\` shows in a
few minutes that it works, and \`npm run bench -- --only=page,events\` measures some parts; these two write to
\`.cache/bench/\` instead. "The first build" is commit ${baselineCommit.slice(0, 7)} of this project, built, packed and installed anew, and measured
in the same run; where git does not have it, its figures are left out.`;

export const method = `All of it asks one server: a plain \`node:http\` one in a process of its own, over the
loopback interface, without TLS. A closed loop keeps 1 or 32 calls in flight. The contenders take turns, round after
round; a ratio is the median of the ratios in each round, since what disturbs a round disturbs all of it, and the
brackets hold the lowest and the highest. "CPU s" is for 10,000 messages, "heap MB" what the heap grew by for as many
(after garbage collection at both ends), "peak MB" the most memory that the process ever had. Processes are not pinned
to cores.`;

export const aboutStarts = `A Node-RED of either build is started with one plex flow and left alone for 5 s; then it gets
one message, and 200 more, one after the other. The time of a start counts from the start of the process.

A message that waits: 50,000 of them come to a node whose server does not answer. What the heap has grown by after garbage
collection, less what it grows by in a function node that keeps the same messages, is divided by their number.`;

export const aboutNodes = `Each node under test sits in a Node-RED of its own, installed from the packed package, between two
passes through one function node that makes the messages, counts them, and sends a new one for each that comes back.
All Node-RED processes run from the beginning to the end; those that are not measured just then do nothing. The core
node is set as a user would set it: POST, persistent connections, a parsed JSON object, the token and \`Accept\` as
headers. The function node does the least that works with \`node:http\` and a keep-alive agent: the limit of the runtime.`;

export const aboutPage = `One page after the other, 1 in flight, in a Node-RED that is started anew for each round. The
answer is 1000 films as JSON, some 3 MB. The core node is set to GET, persistent connections and a parsed JSON object. How much a
process grows is its peak, less what it had before the first page.`;

export const aboutEvents = `"home": four players report in turn, 2,000 frames a second, those of 5 ms in one packet, and pause or go on with every tenth report.
"evening": of three frames, one is such a one, one tells of transcoding, and one of the library; a server that knows \`filters\` would keep
these two from plex-events, here they are sent to all.
The flows listen to one of them: plex-events over the server's eventsource stream, the core nodes over its websocket, a
switch node at the end. With \`progress\`, plex-events tells of each report, as that switch does. The hundred listeners
listen to a player each. A function node behind all of them counts the messages. The way from a frame to its message: 100 pauses a second of one player; what comes between the
server's \`write\` and the function node behind plex-events is counted.`;

export const aboutClients = `Each measurement in a fresh process. got is used as plainly as it can be,
\`got.post(url, { headers }).json()\`, with as many headers as this package sends.`;

export const aboutLoading = `Node-RED starts with the nodes disabled and comes to rest, then they are enabled: the time is
that of Node-RED's loader, to require the files and to let them register their types. The first of them loads what all share.`;
