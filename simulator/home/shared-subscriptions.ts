import type { Aedes, AedesPublishPacket, Client, Subscription } from "aedes" with { "resolution-mode": "import" };

const SHARED = /^\$share\/([^/+#]+)\/(.+)$/;

/** The clients that share a topic filter under the name of a group. */
interface Group {
  readonly filter: RegExp;
  readonly members: Client[];
}

/**
 * Teaches the MQTT broker aedes shared subscriptions (`$share/<group>/<filter>`, MQTT 5 section 4.8.2), which it takes
 * for ordinary topics. Each message goes to one member of a group, in turns. A client is not to subscribe to the same
 * topic in both ways: here it gets the shared messages only.
 */
export function shareSubscriptions(broker: Aedes): void {
  const groups = new Map<string, Group>();
  const turns = new WeakMap<Group, { packet: string; member: Client | undefined }>();
  broker.authorizeSubscribe = (client, subscription, done) => {
    done(null, join(groups, client, subscription));
  };
  broker.authorizeForward = (client, packet) => {
    const shared = [...groups.values()].filter(
      ({ filter, members }) => members.includes(client) && filter.test(packet.topic),
    );
    const isNext = (group: Group) => takeTurn(group, turns, packet) === client;
    return shared.length === 0 || shared.some(isNext) ? packet : null;
  };
  broker.on("clientDisconnect", (client) => {
    for (const { members } of groups.values()) {
      if (members.includes(client)) members.splice(members.indexOf(client), 1);
    }
  });
}

/** Notes who shares what, and tells which topics the client is to get for that. */
function join(groups: Map<string, Group>, client: Client, subscription: Subscription): Subscription {
  const [name, , topic] = SHARED.exec(subscription.topic) ?? [];
  if (name === undefined || topic === undefined) return subscription;
  const group = groups.get(name) ?? { filter: toPattern(topic), members: [] };
  groups.set(name, group);
  if (!group.members.includes(client)) group.members.push(client);
  return { ...subscription, topic };
}

/** Who of a group gets a packet; the same for every member that it is asked for. */
function takeTurn(
  group: Group,
  turns: WeakMap<Group, { packet: string; member: Client | undefined }>,
  { brokerId, brokerCounter }: AedesPublishPacket,
): Client | undefined {
  const packet = `${brokerId} ${brokerCounter}`;
  const last = turns.get(group);
  if (last?.packet === packet) return last.member;
  // Who has had the last one goes to the end of the queue.
  const member = group.members.shift();
  if (member) group.members.push(member);
  turns.set(group, { packet, member });
  return member;
}

function toPattern(filter: string): RegExp {
  const escaped = filter.replace(/[.*?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("+", "[^/]*").replace(/\/#$/, "(/.*)?")}$`);
}
