import { sendContainer } from "../http/replies";
import type { Exchange } from "../types";

const VERSION = "1.43.4.10903-e5521bd8c";
const API_VERSION = "1.2.3";
const FOLDERS = "activities butler hubs identity library media neighborhood playlists playQueues security status";

/** Who a simulated server is. */
export interface Identity {
  readonly name: string;
  readonly machineIdentifier: string;
}

/** `/identity`: who the server is, for everybody. */
export function answerIdentity(exchange: Exchange, { machineIdentifier }: Identity): void {
  sendContainer(exchange, { size: 0, apiVersion: API_VERSION, claimed: true, machineIdentifier, version: VERSION });
}

/** `/`: what the server is and can do. */
export function answerRoot(exchange: Exchange, { name, machineIdentifier }: Identity): void {
  const Directory = FOLDERS.split(" ").map((key) => ({ count: 1, key, title: key }));
  sendContainer(exchange, {
    size: Directory.length,
    allowCameraUpload: false,
    allowChannelAccess: true,
    allowMediaDeletion: false,
    allowSharing: true,
    allowSync: true,
    apiVersion: API_VERSION,
    backgroundProcessing: true,
    certificate: true,
    companionProxy: true,
    countryCode: "",
    diagnostics: "logs,databases,streaminglogs",
    eventStream: true,
    friendlyName: name,
    hubSearch: true,
    livetv: 7,
    machineIdentifier,
    mediaProviders: true,
    multiuser: true,
    musicAnalysis: 2,
    myPlex: true,
    myPlexMappingState: "mapped",
    myPlexSigninState: "ok",
    myPlexSubscription: true,
    myPlexUsername: "viewer@example.org",
    ownerFeatures: "federated-auth,home,sync,webhooks",
    platform: "Linux",
    platformVersion: "6.1.0",
    pluginHost: true,
    pushNotifications: false,
    readOnlyLibraries: false,
    sync: true,
    transcoderActiveVideoSessions: 0,
    transcoderAudio: true,
    transcoderVideo: true,
    updatedAt: 1767225600,
    updater: true,
    version: VERSION,
    voiceSearch: true,
    Directory,
  });
}
