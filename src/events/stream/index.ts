export { readNotifications } from "./notification-stream";
export {
  type ConnectionChange,
  type ConnectionStatus,
  ReconnectingStream,
  type StreamTiming,
} from "./reconnecting-stream";
