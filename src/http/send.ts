import {
  request as requestByHttp,
  type Agent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from "node:http";
import { request as requestByHttps } from "node:https";
import type { Headers } from "./headers";

/** What all requests of a client with one method have in common. */
export interface SenderOptions {
  readonly method: string;
  readonly agent: Agent;
  readonly headers: Headers;
}

/** Names and values in turn: the headers of the request itself, then the common ones that it does not replace. */
function listHeaders(own: OutgoingHttpHeaders, { method, headers: common }: SenderOptions, { host }: URL): string[] {
  const list: string[] = [];
  for (const name in own) list.push(name, String(own[name]));
  for (const name in common) if (!(name in own)) list.push(name, common[name] ?? "");
  list.push("host", host);
  // To a list, Node.js adds no length: it would send an empty body in chunks.
  if (method === "POST" || method === "PUT") list.push("content-length", "0");
  return list;
}

/** An IPv6 address without the brackets that it has in a URL. */
function bareHost({ hostname }: URL): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

/**
 * The function by which the HTTP library has a request sent. That gives it all the options that it knows, of which most
 * are not set: Node.js would copy them twice, and keep each header that comes in an object in three more. The common
 * headers, and with them the token, are added here alone, so no error of the library can hold them.
 */
export function createSender(common: SenderOptions) {
  const { method, agent } = common;
  return (url: URL, { headers: own = {} }: RequestOptions, onResponse?: (response: IncomingMessage) => void) => {
    const { protocol, port } = url;
    const request = protocol === "https:" ? requestByHttps : requestByHttp;
    // One literal: V8 makes new hidden classes each time for properties that follow a spread.
    const options = {
      protocol,
      hostname: bareHost(url),
      port,
      path: url.pathname + url.search,
      method,
      agent,
      headers: listHeaders(own as OutgoingHttpHeaders, common, url),
    };
    return request(options, onResponse);
  };
}
